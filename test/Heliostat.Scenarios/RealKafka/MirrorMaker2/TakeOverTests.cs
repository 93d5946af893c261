using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>In the place of MirrorMaker 2 and back again, in the middle of a load: nothing lost and nothing twice.</summary>
[Collection(RealClusters.Collection)]
public sealed class TakeOverTests(RealClusters clusters)
{
    private const int PerTurn = 3_000;
    private const int Partitions = 4;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [KafkaTheory]
    [InlineData("Default", "source")]
    [InlineData("Default", "target")]
    [InlineData("Identity", "source")]
    [InlineData("Identity", "target")]
    public async Task Each_goes_on_where_the_other_stopped(string policy, string syncs)
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("takeover");
        var mirror = policy == "Identity" ? topic : "A." + topic;
        var connectors = ClusterPair.Name("mm2");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        var file = FlowFile.Of(
            pair,
            ("topics", topic),
            ("groups", "none"),
            ("replication.policy.class", $"org.apache.kafka.connect.mirror.{policy}ReplicationPolicy"),
            ("offset-syncs.topic.location", syncs),
            ("B.offset.storage.topic", $"{connectors}-offsets"),
            ("B.config.storage.topic", $"{connectors}-configs"),
            ("B.status.storage.topic", $"{connectors}-status"),
            ("B.group.id", connectors));

        for (var turn = 0; turn < 4; turn++)
        {
            // Who stops does so in the middle of a load, all but the last.
            var load = pair.Source.Client.GenerateAsync(topic, new() { First = turn * PerTurn, Count = PerTurn, Keys = 100, PerSecond = 300 }, Ct);
            var enough = (turn * PerTurn) + (turn == 3 ? PerTurn : PerTurn / 10);
            if (turn % 2 == 0)
            {
                await using var java = JavaMirrorMaker2.Start(file);
                await Eventually.ValueAsync("MirrorMaker 2 to copy", Patience, ct => pair.TargetRecordsAsync(mirror, ct), seen => seen >= enough, Ct);
                await java.StopAsync(Ct);
            }
            else
            {
                await using var flows = RunningFlows.Start(file);
                await flows.Program.RunsUntilAsync("Heliostat to copy", Patience, async ct => await pair.TargetRecordsAsync(mirror, ct) >= enough, Ct);
                Assert.Equal(0, await flows.StopAsync(Ct));
            }

            await load;
        }

        await pair.SameContentAsync(topic, mirror, Ct);
    }
}
