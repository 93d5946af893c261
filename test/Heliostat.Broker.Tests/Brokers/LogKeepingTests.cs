using Heliostat.Broker.Logs;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Brokers;

/// <summary>Retention and compaction go on whatever befalls one log or one setting.</summary>
public sealed class LogKeepingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Logs_are_looked_after_although_a_setting_is_larger_than_an_int()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                Time = time,
                Topics = [new EmbeddedTopic("t") { Configs = new Dictionary<string, string> { ["retention.ms"] = "1000" } }],
                BrokerConfigs = new Dictionary<string, string>
                {
                    ["log.cleaner.backoff.ms"] = "3000000000",
                    ["log.retention.check.interval.ms"] = "1000"
                },
            },
            CancellationToken.None);
        await using (var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None))
            await client.ProduceAsync("t", 0, Batches.Of("a"));

        await Eventually.TrueAsync(
            "the record to be dropped",
            Patience,
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return cluster.LogStartOffset("t", 0) == 1;
            },
            CancellationToken.None);
    }

    [Fact]
    public void Bytes_in_memory_that_were_deleted_say_so()
    {
        var bytes = new MemoryBytes();
        bytes.Append(new byte[10]);
        bytes.Delete();

        Assert.Throws<ObjectDisposedException>(() => bytes.Copy(0, new byte[10]));
    }
}
