using System.Text;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// MirrorMaker 2 and Heliostat with one file of transforms, over the same records, each to a target of its own: the same records come out.
/// </summary>
[Collection(RealClusters.OfFlows)]
public sealed class TransformSideBySideTests(RealClusters clusters)
{
    private const string Package = "org.apache.kafka.connect.transforms.";
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [KafkaFact(Slow = true)]
    public async Task What_works_with_MirrorMaker_2_makes_the_same_records()
    {
        var source = (KafkaCluster)(await clusters.PairAsync(KafkaDistribution.Require().Version, Ct)).Source;
        await using var theirs = await KafkaCluster.StartAsync(new(), Ct);
        await using var ours = await KafkaCluster.StartAsync(new(), Ct);
        var stem = ClusterPair.Name("smt");
        foreach (var topic in (string[])["plain", "dropped", "routed", "gone"])
        {
            await source.Client.CreateTopicAsync($"{stem}-{topic}", 1, null, Ct);
            await source.Client.ProduceAsync($"{stem}-{topic}", Records(),
                new Dictionary<string, string> { ["compression.type"] = topic == "plain" ? "zstd" : "none" }, Ct);
        }

        Dictionary<string, long> expected = new()
        {
            [$"A.{stem}-plain"] = 5,
            [$"A.{stem}-dropped"] = 5,
            [$"from-A-{stem}-routed"] = 5,
            [$"A.{stem}-gone"] = 0,
        };
        await using (var java = JavaMirrorMaker2.Start(File(source, theirs, stem)))
        {
            await Eventually.ValueAsync($"MirrorMaker 2 to finish: {java.Tail}", Patience, ct => HasAllAsync(theirs, expected, ct),
                done => done, Ct);
            await java.StopAsync(Ct);
        }

        await using (var flows = RunningFlows.Start(File(source, ours, stem)))
        {
            await flows.Program.RunsUntilAsync("Heliostat to finish", Patience, ct => HasAllAsync(ours, expected, ct), Ct);
            Assert.Equal(0, await flows.StopAsync(Ct));
        }

        foreach (var topic in expected.Keys)
        {
            var (there, here) = (await theirs.Client.ReadAsync(topic, new() { Records = true }, Ct),
                await ours.Client.ReadAsync(topic, new() { Records = true }, Ct));
            Assert.Equal(there[0].Records.Select(record => $"{topic}: {record}"), here[0].Records.Select(record => $"{topic}: {record}"));
        }
    }

    /// <summary>
    /// Keys and values null, empty, JSON and binary; headers doubled, null and binary; three with the header <c>drop</c>, two tombstones.
    /// </summary>
    private static KafkaRecord[] Records()
    {
        KafkaHeader[] headers = [new("h1", "v1"u8.ToArray()), new("h1", "v2"u8.ToArray()), new("h2", null), new("bin", [0, 255])];
        KafkaHeader[] marked = [.. headers, new("drop", null)];
        KafkaRecord[] records =
        [
            new() { Key = Bytes("k"), Value = Bytes("{\"id\":5,\"card\":\"4111\"}"), Headers = headers },
            new() { Key = null, Value = Bytes(""), Headers = marked },
            new() { Key = Bytes(""), Value = null, Headers = headers },
            new() { Key = [0, 1, 255], Value = [0, 0, 0, 0, 7, 255], Headers = [] },
            new() { Key = Bytes("k"), Value = null, Headers = marked },
            new() { Key = Bytes("{\"k\":1}"), Value = Bytes("[1, 2]"), Headers = [new("H1", Bytes("other case"))] },
            new() { Key = Bytes("k2"), Value = Bytes("not json"), Headers = [new("drop", Bytes("yes")), new("drop", Bytes("twice"))] },
            new() { Key = Bytes("k3"), Value = Bytes("x"), Headers = [new("Drop", Bytes("other case"))] },
            new() { Key = Bytes("k4"), Value = Bytes("last"), Headers = headers },
        ];
        return [.. records.Select((record, i) => record with { Partition = 0, Timestamp = 1_700_000_000_000 + i })];
    }

    private static FlowFile File(KafkaCluster source, KafkaCluster target, string stem) => new()
    {
        Clusters = new Dictionary<string, string> { ["A"] = source.BootstrapServers, ["B"] = target.BootstrapServers },
        Flows = ["A->B"],
        Settings = new Dictionary<string, string>
        {
            ["topics"] = $"{stem}-.*",
            ["emit.checkpoints.enabled"] = "false",
            ["A->B.transforms"] = "marked, tombstones, gone, dropped, others, route",
            ["A->B.transforms.marked.type"] = Package + "Filter",
            ["A->B.transforms.marked.predicate"] = "marked",
            ["A->B.transforms.tombstones.type"] = Package + "Filter",
            ["A->B.transforms.tombstones.predicate"] = "tombstone",
            ["A->B.transforms.gone.type"] = Package + "Filter",
            ["A->B.transforms.gone.predicate"] = "gone",
            ["A->B.transforms.dropped.type"] = Package + "DropHeaders",
            ["A->B.transforms.dropped.headers"] = "h1",
            ["A->B.transforms.dropped.predicate"] = "dropped",
            ["A->B.transforms.others.type"] = Package + "DropHeaders",
            ["A->B.transforms.others.headers"] = "bin, H1",
            ["A->B.transforms.others.predicate"] = "dropped",
            ["A->B.transforms.others.negate"] = "true",
            ["A->B.transforms.route.type"] = Package + "RegexRouter",
            ["A->B.transforms.route.regex"] = @"A\\.(.*-routed)",
            ["A->B.transforms.route.replacement"] = "from-A-$1",
            ["A->B.predicates"] = "marked, tombstone, gone, dropped",
            ["A->B.predicates.marked.type"] = Package + "predicates.HasHeaderKey",
            ["A->B.predicates.marked.name"] = "drop",
            ["A->B.predicates.tombstone.type"] = Package + "predicates.RecordIsTombstone",
            ["A->B.predicates.gone.type"] = Package + "predicates.TopicNameMatches",
            ["A->B.predicates.gone.pattern"] = ".*-gone",
            ["A->B.predicates.dropped.type"] = Package + "predicates.TopicNameMatches",
            ["A->B.predicates.dropped.pattern"] = ".*-dropped",
        },
    };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<bool> HasAllAsync(KafkaCluster target, Dictionary<string, long> expected, CancellationToken ct)
    {
        var topics = await target.Client.ListTopicsAsync(ct);
        foreach (var (topic, records) in expected)
        {
            if (!topics.Contains(topic) || (await target.Client.EndOffsetsAsync(topic, ct))[0] < records)
            {
                return false;
            }
        }

        return true;
    }
}
