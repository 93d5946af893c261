using Heliostat.Client;
using Heliostat.Client.Connections;
using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;

namespace Heliostat.Testing.Embedded;

/// <summary>Reads partitions by plain fetches, as a consumer would, and checks every batch's checksum.</summary>
internal sealed class WireReading(KafkaClient client, bool uncommitted)
{
    private const int FetchBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Gives the records from <paramref name="start"/> to below <paramref name="end"/> in their order; those of aborted transactions unless
    /// uncommitted ones are wanted too.
    /// </summary>
    public async Task ReadAsync(TopicPartition partition, long start, long end, Action<KafkaRecord> take, CancellationToken ct)
    {
        using var buffer = new DecompressionBuffer();
        await FetchAsync(partition, start, end,
            (records, aborted) => Records(records.Span, aborted, partition.Partition, start, end, buffer, take), ct);
    }

    /// <summary>Gives the batches below <paramref name="end"/> as they are stored.</summary>
    public Task DumpAsync(TopicPartition partition, long start, long end, Action<StoredBatch> take, CancellationToken ct) =>
        FetchAsync(partition, start, end, (records, _) => Batches(records.Span, end, take), ct);

    private async Task FetchAsync(TopicPartition partition, long start, long end, Func<Memory<byte>, Queue<AbortedTransaction>, long> read,
        CancellationToken ct)
    {
        var position = start;
        while (position < end)
        {
            var data = await FetchOnceAsync(partition, position, ct);
            if (data.ErrorCode != ErrorCode.None)
            {
                throw new KafkaErrorException(data.ErrorCode, $"{partition} at {position}: {data.ErrorCode.Name()}");
            }

            if (data.Records.IsEmpty)
            {
                // Compaction may have left nothing up to the end.
                return;
            }

            List<AbortedTransaction> aborted = [];
            foreach (var transaction in data.AbortedTransactions)
            {
                aborted.Add(transaction);
            }

            var next = read(data.Records, new Queue<AbortedTransaction>(aborted.OrderBy(transaction => transaction.FirstOffset)));
            position = next > position ? next : throw new InvalidOperationException($"{partition}: nothing was read at {position}");
        }
    }

    private async Task<PartitionData> FetchOnceAsync(TopicPartition partition, long position, CancellationToken ct)
    {
        while (true)
        {
            client.Metadata.Track(partition.Topic);
            try
            {
                var metadata = await client.Metadata.RefreshAsync(ct);
                if (metadata.Find(partition) is { Leader: >= 0 } place)
                {
                    var connection = await client.ConnectionAsync(place.Leader, ConnectionPurpose.General, ct);
                    var answer = await connection.CallAsync(Request(metadata, partition, position), ct);
                    var data = answer.Responses[0].Partitions[0];
                    if (!data.ErrorCode.IsRetriable() || data.ErrorCode == ErrorCode.OffsetOutOfRange)
                    {
                        return data;
                    }
                }
            }
            catch (KafkaConnectionException)
            {
                // The broker may be starting again.
            }
            finally
            {
                client.Metadata.Untrack(partition.Topic);
            }

            await Task.Delay(RetryAfter, TimeProvider.System, ct);
        }
    }

    private FetchRequest Request(MetadataSnapshot metadata, TopicPartition partition, long position)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = 100,
            MinBytes = 1,
            MaxBytes = FetchBytes,
            IsolationLevel = uncommitted ? IsolationLevel.ReadUncommitted : IsolationLevel.ReadCommitted
        };
        var topic = request.Topics.Next();
        topic.Topic = partition.Topic;
        topic.TopicId = metadata.Topics[partition.Topic].TopicId;
        var asked = topic.Partitions.Next();
        asked.Partition = partition.Partition;
        asked.FetchOffset = position;
        asked.PartitionMaxBytes = FetchBytes;
        return request;
    }

    private long Records(
        ReadOnlySpan<byte> records, Queue<AbortedTransaction> aborted, int partition, long start, long end, DecompressionBuffer buffer,
        Action<KafkaRecord> take)
    {
        var next = -1L;
        HashSet<long> aborting = [];
        var walker = new BatchWalker(records);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(records);
            var header = Checked(batch);
            next = header.NextOffset;
            while (aborted.Count > 0 && aborted.Peek().FirstOffset < header.NextOffset)
            {
                aborting.Add(aborted.Dequeue().ProducerId);
            }

            if (header.IsControl)
            {
                aborting.Remove(header.ProducerId);
                continue;
            }

            if (!uncommitted && header.IsTransactional && aborting.Contains(header.ProducerId))
            {
                continue;
            }

            var reader = new RecordReader(batch, buffer);
            while (reader.MoveNext())
            {
                if (reader.Offset >= start && reader.Offset < end)
                {
                    take(Record(reader, partition, header.TimestampType));
                }
            }
        }

        return next;
    }

    private static long Batches(ReadOnlySpan<byte> records, long end, Action<StoredBatch> take)
    {
        var next = -1L;
        var walker = new BatchWalker(records);
        while (walker.MoveNext())
        {
            var header = Checked(walker.Current.Of(records));
            next = header.NextOffset;
            if (header.BaseOffset < end)
            {
                take(new StoredBatch
                {
                    Magic = 2,
                    BaseOffset = header.BaseOffset,
                    LastOffset = header.NextOffset - 1,
                    Count = header.RecordsCount,
                    Codec = header.Codec.ToString().ToLowerInvariant(),
                    IsTransactional = header.IsTransactional,
                    IsControl = header.IsControl,
                    SizeInBytes = header.SizeInBytes,
                });
            }
        }

        return next;
    }

    private static RecordBatchHeader Checked(ReadOnlySpan<byte> batch)
    {
        if (!RecordBatch.IsCrcValid(batch))
        {
            throw new InvalidOperationException($"the batch at {RecordBatch.LastOffset(batch)} does not match its checksum");
        }

        return new RecordBatchHeader(batch);
    }

    private static KafkaRecord Record(in RecordReader reader, int partition, TimestampType type)
    {
        List<KafkaHeader> headers = [];
        foreach (var header in reader.Headers)
        {
            headers.Add(new KafkaHeader(header.KeyString(), header.Value.ToArray()));
        }

        return new KafkaRecord
        {
            Key = reader.Key.ToArray(),
            Value = reader.Value.ToArray(),
            Timestamp = reader.Timestamp,
            Partition = partition,
            Headers = headers,
            Offset = reader.Offset,
            TimestampType = type.ToString(),
        };
    }
}
