using Heliostat.Configuration.Options;
using Heliostat.Configuration.Transforms;
using Heliostat.MirrorClient.Policies;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class FlowTopicsTests
{
    [Theory]
    [InlineData("orders", null)]
    [InlineData("orders.v1", null)]
    [InlineData("billing.internal", null)]
    [InlineData("heartbeats", null)]
    [InlineData("C.heartbeats", null)]
    [InlineData("C.orders", null)]
    [InlineData("orders.replica", LeftOutReason.Excluded)]
    [InlineData("__consumer_offsets", LeftOutReason.Internal)]
    [InlineData(".hidden", LeftOutReason.Internal)]
    [InlineData("mm2-offset-syncs.B.internal", LeftOutReason.Internal)]
    [InlineData("mm2-status.C.internal", LeftOutReason.Internal)]
    [InlineData("C.checkpoints.internal", LeftOutReason.Internal)]
    [InlineData("heliostat-offset-map.C.internal", LeftOutReason.Internal)]
    [InlineData("heliostat-news", null)]
    [InlineData("heliostat-state.C.internal", LeftOutReason.Internal)]
    [InlineData("heliostat-orders", null)]
    [InlineData("B.orders", LeftOutReason.Cycle)]
    [InlineData("C.B.orders", LeftOutReason.Cycle)]
    [InlineData("B.heartbeats", LeftOutReason.Cycle)]
    public void A_topic_is_mirrored_or_left_out_by_its_name(string topic, LeftOutReason? expected) =>
        Assert.Equal(expected, Rules.Default().WhyNot(topic));

    [Theory]
    [InlineData("orders", null)]
    [InlineData("invoices", LeftOutReason.NotIncluded)]
    [InlineData("heartbeats", null)]
    [InlineData("C.heartbeats", null)]
    public void Only_selected_topics_and_heartbeats_are_mirrored(string topic, LeftOutReason? expected) =>
        Assert.Equal(expected, Rules.Default("orders.*").WhyNot(topic));

    [Fact]
    public void Entries_of_topics_that_match_nothing_are_found()
    {
        var rules = Rules.Default("orders.*,paymnets,(a,b)");

        var topics = FlowTopics.Of(rules, [new ClusterTopic("orders.v1", 1), new ClusterTopic("payments", 1)]);

        Assert.Equal(["paymnets"], topics.Unmatched(rules));
    }

    [Fact]
    public void Heartbeats_can_be_left_to_the_selection() =>
        Assert.Equal(LeftOutReason.NotIncluded, Rules.Default("orders.*", heartbeats: false).WhyNot("heartbeats"));

    [Fact]
    public void With_identity_policy_nothing_looks_like_a_cycle() => Assert.Null(Rules.Identity().WhyNot("B.orders"));

    [Fact]
    public void Topics_have_their_remote_names_and_partitions()
    {
        var topics = FlowTopics.Of(Rules.Default(), [new("orders", 3), new("a", 1)]);

        Assert.Equal([new("a", "A.a", 1), new("orders", "A.orders", 3)], topics.Mirrored);
        Assert.Empty(topics.LeftOut);
    }

    [Fact]
    public void Of_two_that_would_be_called_the_same_the_one_that_is_mirrored_keeps_the_name()
    {
        var naming = Rules.Naming() with
        {
            Renames = new TopicRenames(new Dictionary<string, string> { ["a"] = "t", ["z"] = "t" }, [], null)
        };
        var rules = new TopicRules(ReplicationPolicy.Of(naming), naming, TopicSelection.FromPatterns([".*"], []),
            replicateHeartbeats: true);

        var topics = FlowTopics.Of(rules, [new("a", 1), new("m", 1), new("z", 1)], ForeignFacts.None, topic => topic == "z", _ => null);

        Assert.Equal([new("m", "A.m", 1), new("z", "t", 1)], topics.Mirrored);
        Assert.Equal(("a", LeftOutReason.NameTaken), (Assert.Single(topics.LeftOut).Name, topics.LeftOut[0].Reason));
    }

    [Fact]
    public void What_the_brokers_call_internal_is_left_out()
    {
        var topics = FlowTopics.Of(Rules.Default(), [new("state", 3, IsInternal: true)]);

        Assert.Equal(LeftOutReason.Internal, Assert.Single(topics.LeftOut).Reason);
    }

    [Fact]
    public void A_name_that_grows_too_long_is_left_out()
    {
        var topics = FlowTopics.Of(Rules.Default(), [new(new string('x', 247), 1), new(new string('y', 248), 1)]);

        Assert.Equal('x', Assert.Single(topics.Mirrored).Source[0]);
        var left = Assert.Single(topics.LeftOut);
        Assert.Equal((LeftOutReason.NameTooLong, "its name on the target would have 250 characters, and Kafka allows 249"),
            (left.Reason, left.Detail));
    }

    [Fact]
    public void A_name_that_Kafka_does_not_allow_is_left_out() =>
        Assert.Equal(LeftOutReason.NameInvalid,
            Assert.Single(FlowTopics.Of(Rules.Default(separator: "|"), [new("orders", 1)]).LeftOut).Reason);

    [Theory]
    [InlineData("billing.internal", true)]
    [InlineData("billing-internal", true)]
    [InlineData("billing_internal", false)]
    [InlineData("internal", false)]
    public void What_older_MirrorMakers_took_for_internal_is_known(string topic, bool expected) =>
        Assert.Equal(expected, Rules.Default().WasInternal(topic));
}
