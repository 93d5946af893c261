using System.Text;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

[Collection(RealClusters.Collection)]
public sealed class CompactionTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory]
    [EmbeddedData("none")]
    [EmbeddedData("zstd")]
    [EmbeddedData("lz4")]
    [KafkaData("3.9.1", "none")]
    [KafkaData("3.9.1", "zstd")]
    [KafkaData("4.3.1", "none")]
    [KafkaData("4.3.1", "lz4")]
    public async Task Compacted_batches_with_holes_arrive_without_the_holes(string kind, string codec)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("compacted");
        await CompactedTopicAsync(pair.Source.Client, topic, codec);
        var batches = await pair.Source.DumpAsync(topic, 0, 1, Ct);
        Assert.Contains(batches, b => b.Count > 0 && b.Count < b.LastOffset - b.BaseOffset + 1);
        Assert.Contains(batches, b => b.Count == 0);

        await pair.CopyAsync(topic, new(), Ct);

        Assert.All(await pair.Target.DumpAsync(topic, 0, 1, Ct), b => Assert.Equal(b.Count, b.LastOffset - b.BaseOffset + 1));
    }

    /// <summary>Batches with holes at the front, in the middle and at the end, and one of which nothing is left.</summary>
    private static async Task CompactedTopicAsync(ITestClient client, string topic, string codec)
    {
        await client.CreateTopicAsync(topic, 1, new Dictionary<string, string>
        {
            ["cleanup.policy"] = "compact",
            ["segment.ms"] = "200",
            ["min.cleanable.dirty.ratio"] = "0.001",
        }, Ct);
        var config = new Dictionary<string, string> { ["compression.type"] = codec };
        await client.ProduceAsync(topic, Keys(0, 10), config, Ct);
        await client.ProduceAsync(topic, Keys(10, 10), config, Ct);
        await client.ProduceAsync(topic, Keys(20, 5), config, Ct);
        await client.ProduceAsync(topic, Keys(30, 5).Concat(Keys(0, 4)), config, Ct);
        await client.ProduceAsync(topic, [.. Keys(12, 3), .. Keys(19, 1), .. Keys(20, 5), KafkaRecord.Of("key-31", null)], config, Ct);

        // A segment is compacted only once a later record has rolled it.
        await Eventually.ValueAsync("compaction", TimeSpan.FromMinutes(1), async ct =>
        {
            await client.ProduceAsync(topic, [KafkaRecord.Of("roll", "the segment")], config, ct);
            var records = (await client.ReadAsync(topic, new() { Records = true }, ct))[0].Records;
            return records.Count(r => Encoding.UTF8.GetString(r.Key!) is "key-0" or "key-12" or "key-31");
        }, seen => seen == 3, Ct);

        await client.AlterTopicAsync(topic, new Dictionary<string, string> { ["cleanup.policy"] = "delete" }, Ct);
        string? before = null;
        await Eventually.ValueAsync("the cleaner to let go", TimeSpan.FromSeconds(30), async ct =>
        {
            var (last, now) = (before, (await client.ReadAsync(topic, new(), ct))[0].Sequence);
            before = now;
            return last == now;
        }, same => same, Ct);
    }

    private static IEnumerable<KafkaRecord> Keys(int first, int count) =>
        Enumerable.Range(first, count).Select(i => KafkaRecord.Of($"key-{i}", $"{Guid.NewGuid()} of {i}"));
}
