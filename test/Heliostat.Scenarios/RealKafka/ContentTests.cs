using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

[Collection(RealClusters.Collection)]
public sealed class ContentTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly string[] AllCodecs = ["none", "gzip", "snappy", "lz4", "zstd"];

    [Theory]
    [EmbeddedData]
    [KafkaData("3.9.1")]
    [KafkaData("4.3.1")]
    public async Task Every_codec_arrives_record_by_record(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("codecs");
        var codecs = AllCodecs;
        await pair.Source.Client.CreateTopicAsync(topic, codecs.Length, null, Ct);
        for (var p = 0; p < codecs.Length; p++)
        {
            await using var producer = await pair.Source.Client.OpenProducerAsync(new Dictionary<string, string>
            {
                ["compression.type"] = codecs[p],
                ["batch.size"] = "200000",
            }, Ct);
            foreach (var count in (int[])[1, 3, 150, 2])
            {
                await producer.SendAsync(topic, Samples.Records(seed: p + count, p, count), Ct);
            }
        }

        await pair.CopyAsync(topic, new(), Ct);

        for (var p = 0; p < codecs.Length; p++)
        {
            Assert.All(await pair.Target.DumpAsync(topic, p, 1, Ct), batch => Assert.Equal(codecs[p], batch.Codec));
        }
    }

    [KafkaTheory("3.9.1", Kcat = true)]
    [InlineData("3.9.1")]
    [InlineData("4.3.1")]
    public async Task What_librdkafka_wrote_arrives_and_is_read_by_it(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("kcat");
        await pair.Source.Client.CreateTopicAsync(topic, AllCodecs.Length, null, Ct);
        for (var p = 0; p < AllCodecs.Length; p++)
        {
            await Kcat.ProduceAsync(pair.Source.BootstrapServers, topic, p,
                Enumerable.Range(0, 200).Select(i => $"key-{i}:value {i} {new string('x', i)}"),
                new Dictionary<string, string> { ["compression.codec"] = AllCodecs[p], ["linger.ms"] = "100" }, Ct);
        }

        await pair.CopyAsync(topic, new(), Ct);

        const string Format = "%o %T %k %s %h";
        for (var p = 0; p < AllCodecs.Length; p++)
        {
            Assert.Equal(
                await Kcat.ConsumeAsync(pair.Source.BootstrapServers, topic, p, Format, Ct),
                await Kcat.ConsumeAsync(pair.Target.BootstrapServers, topic, p, Format, Ct));
        }
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("3.9.1")]
    [KafkaData("4.3.1")]
    public async Task Log_append_times_are_what_consumers_of_the_target_see(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("append-time");
        await pair.Source.Client.CreateTopicAsync(topic, 2, new Dictionary<string, string> { ["message.timestamp.type"] = "LogAppendTime" },
            Ct);
        foreach (var codec in (string[])["none", "gzip"])
        {
            var partition = codec == "none" ? 0 : 1;
            await using var producer =
                await pair.Source.Client.OpenProducerAsync(new Dictionary<string, string> { ["compression.type"] = codec }, Ct);
            await producer.SendAsync(topic, Samples.Records(seed: 1, partition, 20), Ct);
            await producer.SendAsync(topic, Samples.Records(seed: 2, partition, 5), Ct);
        }

        await pair.CopyAsync(topic, new(), Ct);

        var source = await pair.Source.Client.ReadAsync(topic, new() { Records = true }, Ct);
        Assert.All(source.SelectMany(p => p.Records), record => Assert.Equal("LogAppendTime", record.TimestampType));
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task A_topic_that_is_not_there_gets_the_partitions_of_the_source(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("new");
        await pair.Source.Client.CreateTopicAsync(topic, 7, null, Ct);
        await pair.Source.Client.ProduceAsync(topic, [KafkaRecord.Of("k", "v", 6)], new Dictionary<string, string>(), Ct);

        await pair.CopyAsync(topic, new(), Ct);

        Assert.Equal(7, (await pair.Target.Client.DescribeTopicAsync(topic, Ct)).Partitions.Count);
    }
}
