using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

public sealed class BulkTests
{
    private const int Partitions = 8;
    private static readonly CancellationToken Ct = CancellationToken.None;

    [KafkaTheory("3.9.1", Slow = true)]
    [InlineData("3.9.1")]
    [InlineData("4.3.1")]
    public async Task Five_million_records_arrive_once_and_in_order(string version)
    {
        const long Count = 5_000_000;
        await using var pair = await ClusterPair.StartAsync(new() { Version = version }, new(), Ct);
        const string Topic = "bulk";
        await pair.Source.Client.CreateTopicAsync(Topic, Partitions, null, Ct);
        await pair.Source.Client.GenerateAsync(Topic, new()
        {
            Count = Count,
            Partitions = Partitions,
            Keys = 10_000,
            Config = new Dictionary<string, string> { ["compression.type"] = "zstd", ["batch.size"] = "65536", ["linger.ms"] = "20" },
        }, Ct);
        var settings = new MirrorSettings { Compared = false, Options = ["--num.streams", "2"] };

        await using (var mirror = MirrorMaker.Start(pair, Topic, settings))
        {
            await pair.CommittedAsync(mirror, Topic, Ct);
            Assert.Equal(0, await mirror.StopAsync(Ct));
        }

        var ends = await EndsAsync((KafkaCluster)pair.Source, Topic);
        Assert.Equal(Count, ends.Sum(line => long.Parse(line.Split(':')[2])));
        Assert.Equal(ends, await EndsAsync((KafkaCluster)pair.Target, Topic));
        var read = new ReadOptions { Within = TimeSpan.FromMinutes(5), Uncommitted = true };
        var source = await pair.Source.Client.ReadAsync(Topic, read, Ct);
        var target = await pair.Target.Client.ReadAsync(Topic, read, Ct);
        Assert.Equal(source.Select(p => (p.Count, p.Sequence)), target.Select(p => (p.Count, p.Sequence)));
    }

    /// <summary>What kafka-get-offsets.sh prints: topic:partition:offset.</summary>
    private static async Task<string[]> EndsAsync(KafkaCluster cluster, string topic)
    {
        var output = await cluster.RunToolAsync("kafka-get-offsets.sh", ["--bootstrap-server", cluster.BootstrapServers, "--topic", topic],
            Ct);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()];
    }
}
