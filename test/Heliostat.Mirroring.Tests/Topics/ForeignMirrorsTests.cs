using System.Text;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Tests.Flows;
using Heliostat.Mirroring.Topics;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Topics;

/// <summary>What another mirror tells on the source of a flow, whose broker may be away.</summary>
public sealed class ForeignMirrorsTests
{
    private const string State = "heliostat-state.C.internal";

    private static readonly ClusterTopic Orders = new("orders", 1);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_was_read_stands_while_its_topic_has_no_leader()
    {
        await using var bench = await BenchAsync();
        await using var reader = bench.KafkaClient("A");
        var mirrors = Mirrors(reader);
        Assert.Equal("C", Assert.Single((await LookAsync(mirrors, leaderless: 0)).WaysOf("orders")).Hops[^1].Cluster);

        var facts = await LookAsync(mirrors, leaderless: 1);

        Assert.Equal("C", Assert.Single(facts.WaysOf("orders")).Hops[^1].Cluster);
        Assert.Null(facts.Unread);
    }

    [Fact]
    public async Task While_nothing_was_ever_read_topics_that_keep_names_wait_but_those_that_are_had()
    {
        await using var bench = await BenchAsync();
        await using var reader = bench.KafkaClient("A");
        var mirrors = Mirrors(reader);

        var facts = await LookAsync(mirrors, leaderless: 1);

        Assert.Equal(State, facts.Unread);
        var waiting = (facts with { Waits = true }).Judge(Orders, "orders", "B", has: false);
        Assert.Equal(LeftOutReason.RingUndecided, waiting?.Reason);
        Assert.Contains($"its topic '{State}' there cannot be read now", waiting?.Detail, StringComparison.Ordinal);
        Assert.Null((facts with { Waits = true }).Judge(Orders, "orders", "B", has: true));
        Assert.Null((facts with { Waits = false }).Judge(Orders, "orders", "B", has: false));
        Assert.Null((await LookAsync(mirrors, leaderless: 0)).Unread);
    }

    [Fact]
    public async Task A_topic_that_is_there_no_more_tells_nothing()
    {
        await using var bench = await BenchAsync();
        await using var reader = bench.KafkaClient("A");
        var mirrors = Mirrors(reader);
        await LookAsync(mirrors, leaderless: 0);

        var facts = await mirrors.LookAsync([Orders], [], new HashSet<string>(), anew: true, Ct);

        Assert.Empty(facts.WaysOf("orders"));
    }

    private static async Task<FlowBench> BenchAsync()
    {
        var bench = await FlowBench.StartAsync("A");
        var way = new TopicWay([new TopicHop("C", "orders", IsHeld: true)]);
        var told = ClaimRecord.Of(new TopicClaim("orders", null, "A", "orders") { Ways = [way] });
        await bench.Client("A").CreateTopicAsync(State, 1, null, Ct);
        await bench.Client("A").ProduceAsync(
            State, [KafkaRecord.Of(Encoding.UTF8.GetString(told.Key), Encoding.UTF8.GetString(told.Value!), 0)],
            new Dictionary<string, string>(), Ct);
        return bench;
    }

    private static ForeignMirrors Mirrors(KafkaClient reader) => new(
        reader, Rules.IdentityOf(new ClusterPair("A", "B")), TimeProvider.System, NullLoggerFactory.Instance, NullLogger.Instance);

    private static Task<ForeignFacts> LookAsync(ForeignMirrors mirrors, int leaderless) => mirrors.LookAsync(
        [Orders, new ClusterTopic(State, 1, leaderless)], [], new HashSet<string>(), anew: true, Ct);
}
