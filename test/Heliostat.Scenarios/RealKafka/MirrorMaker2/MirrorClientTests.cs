using System.Globalization;
using System.Text.RegularExpressions;
using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.MirrorClient;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using OurClient = Heliostat.MirrorClient.MirrorClient;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>Our client library beside Java's, on a cluster that MirrorMaker 2 writes to.</summary>
[Collection(RealClusters.OfFlows)]
public sealed class MirrorClientTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    [KafkaFact]
    public async Task What_MirrorMaker_2_leaves_reads_the_same_in_both()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("mirrorclient");
        var groups = new[] { topic + "-billing", topic + "-Ünïcode 😀" };
        await pair.Source.Client.CreateTopicAsync(topic, 2, null, Ct);
        await pair.Source.Client.GenerateAsync(topic, new() { Count = 1000, Keys = 10, Partitions = 2 }, Ct);
        foreach (var group in groups)
        {
            await pair.Source.Client.SetGroupOffsetAsync(group, topic, 0, 100, Ct);
            await pair.Source.Client.SetGroupOffsetAsync(group, topic, 1, 500, Ct);
        }

        await using var ours = new OurClient(MirrorClientOptions.For(pair.Target.BootstrapServers));
        await using (var mm2 = JavaMirrorMaker2.Start(FlowFile.Of(pair, ("topics", topic), ("groups", topic + ".*"),
            ("emit.heartbeats.enabled", "true"), ("emit.heartbeats.interval.seconds", "1"))))
        {
            await Eventually.ValueAsync("heartbeats from A", Patience, async ct => await ours.ReplicationHopsAsync("A", ct),
                hops => hops == 1, Ct);
            await Eventually.ValueAsync("checkpoints of both groups", Patience, async ct => await CountAsync(ours, topic, ct),
                count => count == 4, Ct);
            await mm2.StopAsync(Ct);
        }

        (string Call, string Ours)[] calls =
        [
            ("hops\tA", Show(await ours.ReplicationHopsAsync("A", Ct))),
            ("hops\tB", Show(await ours.ReplicationHopsAsync("B", Ct))),
            ("hops\tnowhere", Show(await ours.ReplicationHopsAsync("nowhere", Ct))),
            ("upstream", Show(await ours.UpstreamClustersAsync(Ct))),
            ("heartbeats", Show(await ours.HeartbeatTopicsAsync(Ct))),
            ("checkpoints", Show(await ours.CheckpointTopicsAsync(Ct))),
            ("remote", Show(await ours.RemoteTopicsAsync(Ct))),
            ("remote\tA", Show(await ours.RemoteTopicsAsync("A", Ct))),
            ("remote\tB", Show(await ours.RemoteTopicsAsync("B", Ct))),
            ($"offsets\t{groups[0]}\tA", Show(await ours.RemoteConsumerOffsetsAsync(groups[0], "A", Ct))),
            ($"offsets\t{groups[1]}\tA", Show(await ours.RemoteConsumerOffsetsAsync(groups[1], "A", Ct))),
            ("offsets\tnobody\tA", Show(await ours.RemoteConsumerOffsetsAsync("nobody", "A", Ct))),
            ($"pattern\t{topic}-.*\tA", Show(await ours.RemoteConsumerOffsetsAsync(new Regex($"{topic}-.*"), "A", Ct))),
        ];
        var java = await JavaProgram.RunAsync(Path.Combine(AppContext.BaseDirectory, "java", "MirrorClientCalls.java"), "MirrorClientCalls",
            [pair.Target.BootstrapServers], calls.Select(c => c.Call), Ct);

        Assert.Equal(java, calls.Select(c => c.Ours));
        Assert.Contains($"A.{topic}-1=", calls[9].Ours, StringComparison.Ordinal);
    }

    private static async Task<int> CountAsync(OurClient client, string topic, CancellationToken ct)
    {
        try
        {
            return (await client.RemoteConsumerOffsetsAsync(new Regex($"{topic}-.*"), "A", ct)).Sum(group => group.Value.Count);
        }
        catch (KafkaErrorException)
        {
            return 0; // The topic is yet to come.
        }
    }

    private static string Show(int? hops) => (hops ?? -1).ToString(CultureInfo.InvariantCulture);

    private static string Show(IReadOnlySet<string> names) => $"[{string.Join(", ", names.Order(StringComparer.Ordinal))}]";

    private static string Show(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets) =>
        "{" + string.Join(", ", offsets.OrderBy(o => o.Key.ToString(), StringComparer.Ordinal)
            .Select(o => $"{o.Key}={o.Value.Offset} '{o.Value.Metadata}'")) + "}";

    private static string Show(IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> groups) =>
        $"{{{string.Join(", ", groups.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}={Show(g.Value)}"))}}}";
}
