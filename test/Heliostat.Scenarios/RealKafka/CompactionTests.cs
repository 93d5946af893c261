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

    private static readonly string[] Codecs = ["none", "zstd", "lz4"];

    [Theory]
    [EmbeddedData]
    [KafkaData("3.9.1")]
    [KafkaData("4.3.1")]
    public async Task Compacted_batches_with_holes_arrive_without_the_holes(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("compacted");
        await CompactedTopicAsync(pair.Source.Client, topic);
        for (var p = 0; p < Codecs.Length; p++)
        {
            var batches = await pair.Source.DumpAsync(topic, p, 1, Ct);
            Assert.Contains(batches, b => b.Count > 0 && b.Count < b.LastOffset - b.BaseOffset + 1);
            Assert.Contains(batches, b => b.Count == 0);
        }

        await pair.CopyAsync(topic, new(), Ct);

        for (var p = 0; p < Codecs.Length; p++)
        {
            Assert.All(await pair.Target.DumpAsync(topic, p, 1, Ct), b => Assert.Equal(b.Count, b.LastOffset - b.BaseOffset + 1));
        }
    }

    /// <summary>
    /// In a partition for each codec: batches with holes at the front, in the middle and at the end, and one of which nothing is left.
    /// </summary>
    private static async Task CompactedTopicAsync(ITestClient client, string topic)
    {
        await client.CreateTopicAsync(topic, Codecs.Length, new Dictionary<string, string>
        {
            ["cleanup.policy"] = "compact",
            ["segment.ms"] = "200",
            ["min.cleanable.dirty.ratio"] = "0.001",
        }, Ct);
        for (var p = 0; p < Codecs.Length; p++)
        {
            // Each with a producer of its own: of a producer's last batch the cleaner leaves the header, though nothing is left in it.
            await client.ProduceAsync(topic, Keys(p, 0, 10), Config(p), Ct);
            await client.ProduceAsync(topic, Keys(p, 10, 10), Config(p), Ct);
            await client.ProduceAsync(topic, Keys(p, 20, 5), Config(p), Ct);
            await client.ProduceAsync(topic, Keys(p, 30, 5).Concat(Keys(p, 0, 4)), Config(p), Ct);
            await client.ProduceAsync(topic, [.. Keys(p, 12, 3), .. Keys(p, 19, 1), .. Keys(p, 20, 5),
                KafkaRecord.Of("key-31", null) with { Partition = p }], Config(p), Ct);
        }

        // A segment is compacted only once a later record has rolled it.
        await Eventually.ValueAsync("compaction", TimeSpan.FromMinutes(1), async ct =>
        {
            for (var p = 0; p < Codecs.Length; p++)
            {
                await client.ProduceAsync(topic, [KafkaRecord.Of("roll", "the segment") with { Partition = p }], Config(p), ct);
            }

            var partitions = await client.ReadAsync(topic, new() { Records = true }, ct);
            return partitions.Max(partition =>
                partition.Records.Count(r => Encoding.UTF8.GetString(r.Key!) is "key-0" or "key-12" or "key-31"));
        }, seen => seen == 3, Ct);

        await client.AlterTopicAsync(topic, new Dictionary<string, string> { ["cleanup.policy"] = "delete" }, Ct);
        string? before = null;
        await Eventually.ValueAsync("the cleaner to let go", TimeSpan.FromSeconds(30), async ct =>
        {
            var (last, now) = (before,
                string.Join(' ', (await client.ReadAsync(topic, new(), ct)).Select(partition => partition.Sequence)));
            before = now;
            return last == now;
        }, same => same, Ct);
    }

    private static Dictionary<string, string> Config(int partition) => new() { ["compression.type"] = Codecs[partition] };

    private static IEnumerable<KafkaRecord> Keys(int partition, int first, int count) =>
        Enumerable.Range(first, count).Select(i => KafkaRecord.Of($"key-{i}", $"{Guid.NewGuid()} of {i}") with { Partition = partition });
}
