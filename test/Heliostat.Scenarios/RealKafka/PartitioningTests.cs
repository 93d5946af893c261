using System.Globalization;
using System.Numerics;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

[Collection(RealClusters.Collection)]
public sealed class PartitioningTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly Dictionary<string, string> NoConfig = [];

    /// <summary>The reference is where a Java producer puts the same keys; between embedded clusters the witness's own murmur2.</summary>
    [Theory]
    [EmbeddedData(3, 5)]
    [EmbeddedData(5, 2)]
    [EmbeddedData(4, 4)]
    [KafkaData("4.3.1", 3, 5)]
    [KafkaData("4.3.1", 5, 2)]
    [KafkaData("4.3.1", 4, 4)]
    public async Task Key_hash_places_records_where_a_Java_producer_does(string kind, int sourcePartitions, int targetPartitions)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var (topic, reference) = (ClusterPair.Name("keyed"), ClusterPair.Name("reference"));
        KafkaRecord[] records = [.. Enumerable.Range(0, sourcePartitions)
            .SelectMany(p => Samples.Records(seed: p, p, 100)).Where(r => r.Key is not null)];
        await pair.Source.Client.CreateTopicAsync(topic, sourcePartitions, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, targetPartitions, null, Ct);
        await pair.Target.Client.CreateTopicAsync(reference, targetPartitions, null, Ct);
        await pair.Source.Client.ProduceAsync(topic, records, NoConfig, Ct);
        await pair.Target.Client.ProduceAsync(reference, records.Select(r => r with { Partition = null }), NoConfig, Ct);
        var settings = new MirrorSettings { Options = sourcePartitions == targetPartitions ? ["--partitioner", "key-hash"] : [] };

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        var expected = await pair.Target.Client.ReadAsync(reference, new(), Ct);
        var target = await pair.Target.Client.ReadAsync(topic, new() { Uncommitted = true }, Ct);
        Assert.Equal(expected.Select(p => (p.Count, p.Sum)), target.Select(p => (p.Count, p.Sum)));
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task Records_without_a_key_all_arrive_where_the_counts_differ(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("keyless");
        await pair.Source.Client.CreateTopicAsync(topic, 2, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 3, null, Ct);
        await pair.Source.Client.ProduceAsync(
            topic, [.. Samples.Records(1, 0, 50), .. Samples.Records(2, 1, 50)],
            new Dictionary<string, string> { ["compression.type"] = "snappy" }, Ct);
        var settings = new MirrorSettings();

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        var source = await pair.Source.Client.ReadAsync(topic, new(), Ct);
        var target = await pair.Target.Client.ReadAsync(topic, new() { Uncommitted = true }, Ct);
        Assert.Equal((100, Sum(source)), (target.Sum(p => p.Count), Sum(target)));
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task Partitions_added_on_the_source_are_mirrored_too(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("growing");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Source.Client.ProduceAsync(topic, Samples.Records(1, 0, 10), NoConfig, Ct);
        var settings = new MirrorSettings();

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        await pair.Source.Client.CreatePartitionsAsync(topic, 3, Ct);
        await pair.Source.Client.ProduceAsync(topic, [.. Samples.Records(2, 1, 10), .. Samples.Records(3, 2, 10)], NoConfig, Ct);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        var source = await pair.Source.Client.ReadAsync(topic, new(), Ct);
        var target = await pair.Target.Client.ReadAsync(topic, new() { Uncommitted = true }, Ct);
        Assert.Equal((30, Sum(source)), (target.Sum(p => p.Count), Sum(target)));
    }

    private static BigInteger Sum(PartitionContent[] content) =>
        content.Aggregate(BigInteger.Zero,
            (sum, p) => sum + BigInteger.Parse("0" + p.Sum, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
