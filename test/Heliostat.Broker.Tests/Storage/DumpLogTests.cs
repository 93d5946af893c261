using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Broker.Tests.Storage;

/// <summary>What lies in the data directory is Kafka's own format.</summary>
public sealed class DumpLogTests
{
    [KafkaFact]
    public async Task Kafkas_own_tool_reads_segments_and_the_journal()
    {
        using var folder = new TemporaryFolder("dump");
        await using (var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { DataDirectory = folder.File("data"), Topics = [new EmbeddedTopic("t")] }, CancellationToken.None))
        {
            await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
            for (var n = 0; n < 5; n++) await client.ProduceAsync("t", 0, Batches.Of($"value-{n}", "second"));
        }

        var segment = await DumpAsync(folder, folder.File("data/t-0/00000000000000000000.log"));
        var journal = await DumpAsync(folder, folder.File("data/cluster-state/00000000000000000000.log"));

        Assert.Contains("baseOffset: 8 lastOffset: 9 count: 2", segment, StringComparison.Ordinal);
        Assert.Contains("value-4", segment, StringComparison.Ordinal);
        Assert.Contains("isvalid: true", segment, StringComparison.Ordinal);
        Assert.DoesNotContain("isvalid: false", segment + journal, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"topic\"", journal, StringComparison.Ordinal);
    }

    private static async Task<string> DumpAsync(TemporaryFolder folder, string file)
    {
        var stem = folder.File(Guid.NewGuid().ToString("N"));
        await using var tool = ChildProcess.Start(
            stem,
            // What kafka-dump-log.sh runs; the script of 4.3.1 looks for it under a name that it no longer has.
            [KafkaDistribution.Require(null).Tool("kafka-run-class.sh"), "org.apache.kafka.tools.DumpLogSegments", "--print-data-log",
                "--files", file],
            new Dictionary<string, string> { ["LOG_DIR"] = folder.Path },
            separateErrors: true);
        Assert.Equal(0, await tool.WaitForExitAsync(TimeSpan.FromMinutes(2), CancellationToken.None));
        return await File.ReadAllTextAsync(tool.OutputFile);
    }
}
