using System.Text;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>The witnesses themselves: what the other tests believe.</summary>
public sealed class JavaClientTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [KafkaFact("3.9.1")]
    public async Task Records_read_back_are_the_records_sent()
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Version = "3.9.1" }, Ct);
        var client = cluster.Client;
        KafkaRecord[] records =
        [
            KafkaRecord.Of("k", "v", 1, 1000),
            KafkaRecord.Of(null, "", 1, 2000) with { Headers = [new("h", [1]), new("h", null), new("a", [])] },
            KafkaRecord.Of("", null, 1, 3000),
        ];
        await client.CreateTopicAsync("t", 2, null, Ct);

        var offsets = await client.ProduceAsync("t", records, new Dictionary<string, string> { ["compression.type"] = "zstd" }, Ct);

        var read = await client.ReadAsync("t", new() { Records = true }, Ct);
        Assert.Equal([0, 1, 2], offsets);
        Assert.Equal([0, 3], read.Select(p => p.EndOffset));
        Assert.Equal(records.Select(r => r.ToString()), read[1].Records.Select(r => r.ToString()));
        var batch = Assert.Single(await cluster.DumpAsync("t", 1, 1, Ct));
        Assert.Equal((2, 0, 2, 3, "zstd"), (batch.Magic, batch.BaseOffset, batch.LastOffset, batch.Count, batch.Codec));
    }

    [KafkaFact]
    public async Task Aborted_records_are_seen_only_uncommitted()
    {
        await using var cluster = await KafkaCluster.StartAsync(new(), Ct);
        var client = cluster.Client;
        await client.CreateTopicAsync("t", 1, null, Ct);
        await using (var producer = await client.OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = "x" }, Ct))
        {
            await producer.BeginAsync(Ct);
            await producer.SendAsync("t", [KafkaRecord.Of("a", "aborted")], Ct);
            await producer.AbortAsync(Ct);
            await producer.BeginAsync(Ct);
            await producer.SendAsync("t", [KafkaRecord.Of("a", "committed")], Ct);
            await producer.CommitAsync(Ct);
        }

        var committed = await client.ReadAsync("t", new() { Records = true }, Ct);
        var all = await client.ReadAsync("t", new() { Records = true, Uncommitted = true }, Ct);

        Assert.Equal("committed", Encoding.UTF8.GetString(Assert.Single(committed[0].Records).Value!));
        Assert.Equal(2, all[0].Count);
        Assert.Equal([false, true, false, true], (await cluster.DumpAsync("t", 0, 1, Ct)).Select(b => b.IsControl));
    }

    [KafkaFact]
    public async Task Generated_records_are_numbered_and_placed()
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Brokers = 2 }, Ct);
        var client = cluster.Client;
        await client.CreateTopicAsync("t", 3, null, Ct);

        await client.GenerateAsync("t", new() { Count = 3000, Partitions = 3, Keys = 7 }, Ct);
        var before = (await client.DescribeTopicAsync("t", Ct)).Partitions[0].Leader;
        await client.MoveLeaderAsync("t", 0, 3 - before, Ct);

        var read = await client.ReadAsync("t", new() { Dedupe = true, Records = true }, Ct);
        Assert.Equal([1000, 1000, 1000], read.Select(p => p.Count));
        Assert.Equal(0, read.Sum(p => p.Duplicates));
        Assert.Equal("key-4", Encoding.UTF8.GetString(read[1].Records[1].Key!));
        Assert.StartsWith("4 ", Encoding.Latin1.GetString(read[1].Records[1].Value!));
        Assert.Equal(3 - before, (await client.DescribeTopicAsync("t", Ct)).Partitions[0].Leader);
    }

    [KafkaTheory("3.9.1", "0.10.2.2", Kcat = true)]
    [InlineData("0.9.0", 0)]
    [InlineData("0.10.2", 1)]
    public async Task An_old_broker_keeps_the_old_formats(string format, int magic)
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Version = "0.10.2.2" }, Ct);
        var client = cluster.Client;
        await client.CreateTopicAsync("t", 1, new Dictionary<string, string> { ["message.format.version"] = format }, Ct);

        await client.ProduceAsync("t", [KafkaRecord.Of("a", "java", 0, 1000), KafkaRecord.Of("b", null)],
            new Dictionary<string, string> { ["enable.idempotence"] = "false", ["compression.type"] = "lz4" }, Ct);
        await Kcat.ProduceAsync(cluster.BootstrapServers, "t", 0, ["c:kcat"],
            new Dictionary<string, string> { ["api.version.request"] = "true", ["compression.codec"] = "snappy" }, Ct);

        var dump = await cluster.DumpAsync("t", 0, 1, Ct);
        Assert.All(dump, batch => Assert.Equal(magic, batch.Magic));
        Assert.Contains(dump, batch => batch.Codec == "lz4");
        Assert.Contains(dump, batch => batch.Codec == "snappy");
        Assert.Equal(["a", "b", "c"], await Kcat.ConsumeAsync(cluster.BootstrapServers, "t", 0, "%k", Ct));
        Assert.Equal(3, (await client.ReadAsync("t", new(), Ct))[0].Count);
    }
}
