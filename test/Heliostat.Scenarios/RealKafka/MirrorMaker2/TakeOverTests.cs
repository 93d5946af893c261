using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>In the place of MirrorMaker 2 and back again, in the middle of a load: nothing lost and nothing twice.</summary>
[Collection(RealClusters.Collection)]
public sealed class TakeOverTests(RealClusters clusters)
{
    private const int PerTurn = 1_500;
    private const int Partitions = 4;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [KafkaTheory]
    [InlineData("Default", "source", false)]
    [InlineData("Identity", "target", true)]
    public Task Each_goes_on_where_the_other_stopped(string policy, string syncs, bool exactlyOnce) => TakeTurnsAsync(policy, syncs, exactlyOnce);

    [KafkaTheory(Slow = true)]
    [InlineData("Default", "target", false)]
    [InlineData("Default", "source", true)]
    [InlineData("Identity", "source", false)]
    public Task Each_goes_on_where_the_other_stopped_however_they_are_set_up(string policy, string syncs, bool exactlyOnce) => TakeTurnsAsync(policy, syncs, exactlyOnce);

    [KafkaFact(Slow = true)]
    public async Task A_connector_on_a_Connect_cluster_is_taken_over_and_goes_on_after_us()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var (topic, name) = (ClusterPair.Name("takeover"), ClusterPair.Name("connect"));
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        var file = FlowFile.Of(
            pair, ("topics", topic), ("groups", "none"), ("offset-syncs.topic.location", "target"), ("A->B.name", "my-mirror"), ("B.offset.storage.topic", $"{name}-offsets"));
        for (var turn = 0; turn < 3; turn++)
        {
            var load = LoadAsync(pair, topic, turn);
            if (turn == 1)
            {
                await RunOursAsync(pair, file, "A." + topic, turn);
            }
            else
            {
                await using var connect = await JavaConnect.StartAsync(pair, name, Ct);
                await connect.MirrorAsync(pair, "my-mirror", topic, Ct);
                await ArrivedAsync(pair, "A." + topic, turn);
                await connect.StopAsync(Ct);
            }

            await load;
        }

        await pair.SameContentAsync(topic, "A." + topic, Ct);
    }

    private async Task TakeTurnsAsync(string policy, string syncs, bool exactlyOnce)
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("takeover");
        var mirror = policy == "Identity" ? topic : "A." + topic;
        var connectors = ClusterPair.Name("mm2");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        (string, string)[] once =
        [
            ("B.exactly.once.source.support", "enabled"), ("dedicated.mode.enable.internal.rest", "true"), ("listeners", $"http://127.0.0.1:{FreePorts.Next()}"),
            ("A.consumer.isolation.level", "read_committed"), ("tasks.max", "2"),
        ];
        var file = FlowFile.Of(
            pair,
            [
                ("topics", topic),
                ("groups", "none"),
                ("replication.policy.class", $"org.apache.kafka.connect.mirror.{policy}ReplicationPolicy"),
                ("offset-syncs.topic.location", syncs),
                ("B.offset.storage.topic", $"{connectors}-offsets"),
                ("B.config.storage.topic", $"{connectors}-configs"),
                ("B.status.storage.topic", $"{connectors}-status"),
                ("B.group.id", connectors),
                .. exactlyOnce ? once : [],
            ]);
        for (var turn = 0; turn < 3; turn++)
        {
            // Who stops does so in the middle of a load, all but the last.
            var load = LoadAsync(pair, topic, turn);
            if (turn == 1)
            {
                await RunOursAsync(pair, file, mirror, turn);
            }
            else
            {
                await using var java = JavaMirrorMaker2.Start(file);
                await ArrivedAsync(pair, mirror, turn);
                await java.StopAsync(Ct);
            }

            await load;
        }

        await pair.SameContentAsync(topic, mirror, Ct);
    }

    private static Task LoadAsync(ClusterPair pair, string topic, int turn) =>
        pair.Source.Client.GenerateAsync(topic, new() { First = turn * PerTurn, Count = PerTurn, Keys = 100, PerSecond = 300 }, Ct);

    private static async Task RunOursAsync(ClusterPair pair, FlowFile file, string mirror, int turn)
    {
        await using var flows = RunningFlows.Start(file);
        await flows.Program.RunsUntilAsync("Heliostat to copy", Patience, ct => HasArrivedAsync(pair, mirror, turn, ct), Ct);
        Assert.Equal(0, await flows.StopAsync(Ct));
    }

    private static Task<bool> ArrivedAsync(ClusterPair pair, string mirror, int turn) =>
        Eventually.ValueAsync("MirrorMaker 2 to copy", Patience, ct => HasArrivedAsync(pair, mirror, turn, ct), arrived => arrived, Ct);

    private static async Task<bool> HasArrivedAsync(ClusterPair pair, string mirror, int turn, CancellationToken ct)
    {
        if (!(await pair.Target.Client.ListTopicsAsync(ct)).Contains(mirror))
        {
            return false;
        }

        // Records that a consumer sees: under exactly-once the log holds the ends of transactions too.
        var arrived = (await pair.Target.Client.ReadAsync(mirror, new(), ct)).Sum(p => p.Count);
        return arrived >= (turn * PerTurn) + (turn == 2 ? PerTurn : PerTurn / 10);
    }
}
