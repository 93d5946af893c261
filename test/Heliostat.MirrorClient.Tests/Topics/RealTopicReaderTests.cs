using Heliostat.MirrorClient.Topics;
using Heliostat.Testing.RealKafka;

namespace Heliostat.MirrorClient.Tests.Topics;

/// <summary>
/// The reader against Apache Kafka's transactions, compaction and deleted records, beside what Kafka's own consumer reads.
/// </summary>
public sealed class RealTopicReaderTests
{
    private const string Topic = "state";

    [KafkaFact]
    public async Task What_is_read_is_what_Kafkas_consumer_reads()
    {
        var ct = EmbeddedFixture.Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions(), ct);
        await cluster.Client.CreateTopicAsync(Topic, 2, new Dictionary<string, string>
        {
            ["cleanup.policy"] = "compact,delete",
            ["retention.ms"] = "-1",
            ["segment.ms"] = "500",
            ["min.cleanable.dirty.ratio"] = "0.01",
        }, ct);
        await using (var producer = await cluster.Client.OpenProducerAsync(new Dictionary<string, string>
        {
            ["transactional.id"] = "t",
            ["compression.type"] = "zstd"
        }, ct))
        {
            for (var transaction = 0; transaction < 20; transaction++)
            {
                await producer.BeginAsync(ct);
                await producer.SendAsync(Topic,
                    Enumerable.Range(0, 10).Select(n => KafkaRecord.Of($"k{n}", n == 3 ? null : $"{transaction}-{n}", n % 2)), ct);
                await (transaction % 3 == 1 ? producer.AbortAsync(ct) : producer.CommitAsync(ct));
            }

            await cluster.Client.DeleteRecordsAsync(Topic, 0, 12, ct);
            await ComparedAsync(cluster, uncommitted: false, ct);

            await producer.BeginAsync(ct);
            await producer.SendAsync(Topic, Enumerable.Range(0, 10).Select(n => KafkaRecord.Of($"k{n}", $"open-{n}", n % 2)), ct);
            await ComparedAsync(cluster, uncommitted: false, ct);
            await ComparedAsync(cluster, uncommitted: true, ct);
        }
    }

    private static async Task ComparedAsync(KafkaCluster cluster, bool uncommitted, CancellationToken ct)
    {
        var options = new CompactedTopicOptions
        {
            IsolationLevel = uncommitted ? IsolationLevel.ReadUncommitted : IsolationLevel.ReadCommitted
        };
        await using var client = EmbeddedFixture.Connect(cluster.BootstrapServers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = client.RunAsync(stop.Token);
        await using (var reader = new RunningReader(client, Topic, options))
        {
            await reader.Reader.ReadToEndAsync(ct);

            // Compaction goes on meanwhile: what is left of each key at its last offset is what counts.
            var java = await cluster.Client.ReadAsync(Topic, new ReadOptions { Records = true, Uncommitted = uncommitted }, ct);
            var theirs = java.SelectMany(p => p.Records!)
                .Select(r => RunningReader.Show(new CompactedRecord(r.Partition!.Value, r.Offset, 0, r.Key, r.Value)));
            Assert.Equal(Last(theirs), Last(reader.Records));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static SortedDictionary<string, string> Last(IEnumerable<string> records)
    {
        var last = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            last[record.Split(' ')[1].Split('=')[0]] = record;
        }

        return last;
    }
}
