using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class TopicArrivalsTests
{
    [Theory]
    [InlineData("b2.A.orders", LeftOutReason.CameRound)]
    [InlineData("A.orders", null)]
    [InlineData("billing.A.invoices", null)]
    [InlineData("b2.orders", null)]
    [InlineData("b2.heartbeats", null)]
    [InlineData("b2.A.heartbeats", LeftOutReason.CameRound)]
    [InlineData("b2.c.d.e.orders", null)]
    public void A_topic_that_was_on_the_source_before_is_not_mirrored_again(string topic, LeftOutReason? expected) =>
        Assert.Equal(expected, Reason(topic, "mm2-offsets.b2.internal"));

    [Theory]
    [InlineData("heliostat-offset-map.b2.internal")]
    [InlineData("b2.checkpoints.internal")]
    [InlineData("b2.heartbeats")]
    public void Who_mirrors_to_the_source_is_seen_by_the_state_of_its_mirrors(string state) =>
        Assert.Equal(LeftOutReason.CameRound, Reason("b2.A.orders", state));

    [Fact]
    public void An_alias_of_ones_own_that_another_mirror_gave_to_another_cluster_ends_it_too() =>
        Assert.Equal(LeftOutReason.CameRound, Reason("A.orders", "mm2-offsets.A.internal"));

    [Fact]
    public void What_came_from_the_target_under_another_alias_is_not_mirrored_back()
    {
        var topics = FlowTopics.Of(Rules.Default(), [new("b2.orders", 1), new("mm2-offsets.b2.internal", 1), new("b3.orders", 1)],
            new ForeignFacts { TargetAliases = new HashSet<string> { "b2" } }, _ => false, _ => null);

        var left = topics.LeftOut.Single(topic => topic.Name == "b2.orders");
        Assert.Equal((LeftOutReason.CameRound, "it came from B, which another mirror calls 'b2'"), (left.Reason, left.Detail));
        Assert.Equal(["b3.orders"], topics.Mirrored.Select(topic => topic.Source));
    }

    [Fact]
    public void A_chain_of_clusters_has_an_end()
    {
        Assert.Null(Reason("v.w.x.y.heartbeats", "heartbeats"));
        Assert.Equal(LeftOutReason.TooManyHops, Reason("v.w.x.y.z.heartbeats", "heartbeats"));
    }

    [Fact]
    public void However_many_aliases_there_are_the_number_of_heartbeats_topics_is_bounded()
    {
        var topics = FlowTopics.Of(
            Rules.Default(), [new("heartbeats", 1), .. Enumerable.Range(0, 80).Select(i => new ClusterTopic($"c{i:00}.heartbeats", 1)),
                .. Enumerable.Range(0, 80).Select(i => new ClusterTopic($"a.c{i:00}.heartbeats", 1))]);

        Assert.Equal(1 + TopicArrivals.MostHeartbeats, topics.Mirrored.Count);
        Assert.DoesNotContain(topics.Mirrored, topic => topic.Source.StartsWith("a.", StringComparison.Ordinal));
    }

    [Fact]
    public void Three_files_with_aliases_of_their_own_for_two_clusters_do_not_feed_each_other()
    {
        var rules = Enumerable.Range(1, 3)
            .Select(file => (To: Rules.Between($"a{file}", $"b{file}"), Back: Rules.Between($"b{file}", $"a{file}"))).ToList();
        HashSet<string> a = ["heartbeats", "orders"], b = ["heartbeats"];
        for (var file = 1; file <= 3; file++)
        {
            a.Add($"mm2-offsets.b{file}.internal");
            b.Add($"mm2-offsets.a{file}.internal");
        }

        for (var round = 0; round < 20; round++)
        {
            foreach (var (to, back) in rules)
            {
                b.UnionWith(FlowTopics.Of(to, [.. a.Select(name => new ClusterTopic(name, 1))]).Mirrored.Select(topic => topic.Remote));
                a.UnionWith(FlowTopics.Of(back, [.. b.Select(name => new ClusterTopic(name, 1))]).Mirrored.Select(topic => topic.Remote));
            }
        }

        Assert.Equal((16, 16), (a.Count(name => name.EndsWith("heartbeats", StringComparison.Ordinal)),
            b.Count(name => name.EndsWith("heartbeats", StringComparison.Ordinal))));
        Assert.True(a.Count + b.Count < 60, string.Join(' ', a.Concat(b)));
    }

    private static LeftOutReason? Reason(string topic, string beside) =>
        FlowTopics.Of(Rules.Default(), [.. new[] { topic, beside }
            .Distinct().Select(name => new ClusterTopic(name, 1))]).LeftOut.FirstOrDefault(left => left.Name == topic)?.Reason;
}
