using System.Globalization;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// MirrorMaker 2 and Heliostat over one source with one file, each to a target of its own: what lies there afterwards is the same.
/// </summary>
[Collection(RealClusters.OfFlows)]
public sealed class SideBySideTests(RealClusters clusters)
{
    private const string Positions = "mm2-offsets.A.internal";
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [KafkaFact]
    public async Task Internal_topics_are_those_of_MirrorMaker_2_and_its_own_readers_read_them()
    {
        var source = (KafkaCluster)(await clusters.PairAsync(KafkaDistribution.Require().Version, Ct)).Source;
        await using var theirs = await KafkaCluster.StartAsync(new(), Ct);
        await using var ours = await KafkaCluster.StartAsync(new(), Ct);
        var (topic, group) = (ClusterPair.Name("side"), ClusterPair.Name("billing"));
        await source.Client.CreateTopicAsync(topic, 2, null, Ct);
        await source.Client.GenerateAsync(topic, new() { Count = 4000, Partitions = 2 }, Ct);
        await source.Client.SetGroupOffsetAsync(group, topic, 0, 700, Ct);
        await source.Client.SetGroupOffsetAsync(group, topic, 1, 2000, Ct);

        await using (var java = JavaMirrorMaker2.Start(File(source, theirs, topic, group)))
        {
            await Eventually.ValueAsync("MirrorMaker 2 to finish", Patience, ct => IsDoneAsync(theirs, topic, group, ct), done => done, Ct);
            await java.StopAsync(Ct);
        }

        await using (var flows = RunningFlows.Start(File(source, ours, topic, group)))
        {
            await flows.Program.RunsUntilAsync("Heliostat to finish", Patience, ct => IsDoneAsync(ours, topic, group, ct), Ct);
            Assert.Equal(0, await flows.StopAsync(Ct));
        }

        var (expected, actual) = (await InternalFacts.ReadAsync(theirs, Positions, Ct), await InternalFacts.ReadAsync(ours, Positions, Ct));
        Assert.Empty(expected.All.Except(actual.All));
        Assert.Equal(
            [
                "topic heliostat-offset-map.A.internal: 1 partitions, 1 replicas, cleanup.policy=compact",
                "topic heliostat-state.A.internal: 1 partitions, 1 replicas, cleanup.policy=compact",
            ],
            actual.All.Except(expected.All));

        // The next record of the group is number 700; MirrorMaker 2 only knows that it is somewhere behind the first.
        var (lagging, caughtUp) = ($"{group} A.{topic}-0", $"{group} A.{topic}-1");
        Assert.Equal((700, 2000), (actual.Checkpoints[lagging], actual.Checkpoints[caughtUp]));
        Assert.True(expected.Checkpoints[lagging] <= 700, $"MirrorMaker 2 says {expected.Checkpoints[lagging]}");
        await JavaReadsAsync(ours, topic, group);
    }

    private static async Task JavaReadsAsync(KafkaCluster cluster, string topic, string group)
    {
        var reader = await cluster.RunJavaAsync("RemoteClusters.java", [cluster.BootstrapServers, "A", group], Ct);
        Assert.Equal(
            [
                "hops 1", "upstream [A]", "heartbeats [A.heartbeats, heartbeats]", "checkpoints [A.checkpoints.internal]",
                $"remote [A.heartbeats, A.{topic}]", $"offset A.{topic}-0 700", $"offset A.{topic}-1 2000",
            ],
            reader.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var (internalTopic, formatter, line) in new[]
        {
            ("A.checkpoints.internal", "CheckpointFormatter",
                $"Checkpoint{{consumerGroupId={group}, topicPartition=A.{topic}-0, upstreamOffset=700, downstreamOffset=700, metadata=}}"),
            ("heartbeats", "HeartbeatFormatter", "Heartbeat{sourceClusterAlias=A, targetClusterAlias=B, timestamp="),
            ("mm2-offset-syncs.A.internal", "OffsetSyncFormatter", string.Create(CultureInfo.InvariantCulture,
                $"OffsetSync{{topicPartition={topic}-1, upstreamOffset=1999, downstreamOffset=1999}}")),
        })
        {
            var printed = await cluster.RunToolAsync(
                "kafka-console-consumer.sh",
                ["--bootstrap-server", cluster.BootstrapServers, "--topic", internalTopic, "--from-beginning", "--timeout-ms", "5000",
                    "--formatter", "org.apache.kafka.connect.mirror.formatters." + formatter], Ct);
            Assert.Contains(line, printed, StringComparison.Ordinal);
        }
    }

    private static async Task<bool> IsDoneAsync(KafkaCluster target, string topic, string group, CancellationToken ct)
    {
        var topics = await target.Client.ListTopicsAsync(ct);
        return topics.Contains("A." + topic) && topics.Contains("A.heartbeats") && topics.Contains("A.checkpoints.internal")
            && (await target.Client.EndOffsetsAsync("A." + topic, ct)).Sum() == 4000
            && await target.Client.GroupOffsetsAsync(group, "A." + topic, ct) is { Count: 2 } offsets && offsets[1] == 2000
            && (await target.Client.EndOffsetsAsync("A.heartbeats", ct)).Sum() > 0
            && (await target.Client.ReadAsync(Positions, new(), ct)).Sum(p => p.Count) > 2;
    }

    private static FlowFile File(KafkaCluster source, KafkaCluster target, string topic, string group) => new()
    {
        Clusters = new Dictionary<string, string> { ["A"] = source.BootstrapServers, ["B"] = target.BootstrapServers },
        Flows = ["A->B"],
        Settings = new Dictionary<string, string>
        {
            ["emit.heartbeats.enabled"] = "true",
            ["topics"] = topic,
            ["groups"] = group,
            ["sync.group.offsets.enabled"] = "true",
            ["offset-syncs.topic.location"] = "target",
        },
    };
}
