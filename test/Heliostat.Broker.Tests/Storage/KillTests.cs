using System.Collections.Concurrent;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Broker.Tests.Storage;

public sealed class KillTests
{
    private const int PartitionCount = 3;

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_when_the_process_is_killed_under_load()
    {
        using var folder = new TemporaryFolder("kill");
        var acknowledged = new ConcurrentDictionary<(int Partition, long Offset), string>();
        var data = folder.File("data");

        for (var round = 0; round < 3; round++)
        {
            await using var broker = ChildProcess.Start(
                folder.File($"broker-{round}"), ["dotnet", typeof(KillTests).Assembly.Location, data, $"{PartitionCount}"], null,
                separateErrors: true);
            var bootstrap = await Eventually.ValueAsync(
                "the broker's address", TimeSpan.FromSeconds(60),
                _ => Task.FromResult(File.Exists(broker.OutputFile) ? File.ReadAllText(broker.OutputFile).Trim() : ""),
                text => text.Length > 0 || broker.HasExited, CancellationToken.None);
            var before = acknowledged.Count;
            var producers = Enumerable.Range(0, PartitionCount * 2)
                .Select(n => ProduceUntilCutAsync(bootstrap, n % PartitionCount, $"{round}-{n}", acknowledged)).ToList();
            await Eventually.TrueAsync("some load", TimeSpan.FromSeconds(60), () => acknowledged.Count > before + 500,
                CancellationToken.None);

            broker.Signal(ProcessSignal.Kill);

            await Task.WhenAll(producers);
        }

        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { DataDirectory = data },
            CancellationToken.None);
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
        for (var partition = 0; partition < PartitionCount; partition++)
        {
            var bytes = await client.FetchAllAsync("t", partition);
            var next = 0L;
            var walker = new BatchWalker(bytes);
            while (walker.MoveNext())
            {
                var batch = walker.Current.Of(bytes.AsSpan());
                Assert.True(RecordBatch.IsCrcValid(batch));
                Assert.Equal(next, new RecordBatchHeader(batch).BaseOffset);
                next = new RecordBatchHeader(batch).NextOffset;
            }

            var records = Batches.Read(bytes).ToDictionary(record => record.Offset, record => record.Value);
            foreach (var ((_, offset), value) in acknowledged.Where(record => record.Key.Partition == partition))
                Assert.Equal(value, records[offset]);
        }
    }

    private static async Task ProduceUntilCutAsync(string bootstrap, int partition, string name,
        ConcurrentDictionary<(int, long), string> acknowledged)
    {
        await using var client = await RawClient.ConnectAsync(bootstrap, CancellationToken.None);
        try
        {
            for (var n = 0; ; n++)
            {
                var answer = await client.ProduceAsync("t", partition, Batches.Of($"{name}-{n}", new string('x', n % 3000)));
                Assert.Equal(ErrorCode.None, answer.ErrorCode);
                acknowledged[(partition, answer.BaseOffset)] = $"{name}-{n}";
            }
        }
        catch (IOException)
        {
            // The process was killed.
        }
    }
}
