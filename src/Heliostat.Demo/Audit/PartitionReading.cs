using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Heliostat.Client;
using Heliostat.Client.Connections;
using Heliostat.Client.Fetching;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Demo.Audit;

/// <summary>
/// Reads a partition from its start to its end, as a consumer that reads committed records, by plain fetches: none of the mirror's parts.
/// </summary>
internal sealed class PartitionReading(KafkaClient client, TimeProvider time) : IDisposable
{
    private const int FetchBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly DecompressionBuffer _buffer = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly AbortedRanges _aborted = new();

    public async Task<AuditedPartition> ReadAsync(TopicPartition partition, long start, long end, CancellationToken ct)
    {
        var records = new List<AuditedRecord>();
        var leftOut = 0L;
        for (var position = start; position < end;)
        {
            var data = await FetchAsync(partition, position, ct);
            _aborted.Load(data.AbortedTransactions);
            var next = Take(data.Records.Span, records, ref leftOut);
            if (next <= position)
            {
                break;
            }

            position = next;
        }

        return new AuditedPartition(records, start, leftOut);
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _hash.Dispose();
    }

    private long Take(ReadOnlySpan<byte> bytes, List<AuditedRecord> records, ref long leftOut)
    {
        var next = -1L;
        var walker = new BatchWalker(bytes);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(bytes);
            var header = new RecordBatchHeader(batch);
            next = header.NextOffset;
            if (header.IsControl)
            {
                _aborted.EndAt(header.ProducerId, header.BaseOffset);
            }
            else if (_aborted.Contains(header))
            {
                leftOut += header.RecordsCount;
            }
            else
            {
                Take(batch, records);
            }
        }

        return next;
    }

    private void Take(ReadOnlySpan<byte> batch, List<AuditedRecord> records)
    {
        if (!RecordBatch.IsCrcValid(batch))
        {
            throw new InvalidDataException($"the batch that ends at {RecordBatch.LastOffset(batch)} does not match its checksum");
        }

        var reader = new RecordReader(batch, _buffer);
        while (reader.MoveNext())
        {
            var number = -1L;
            Append(reader.Key);
            var key = Finish();
            Append(reader.Timestamp);
            Append(reader.Key);
            Append(reader.Value);
            foreach (var header in reader.Headers)
            {
                Append(header.Key);
                Append(header.Value);
                if (header.Key.SequenceEqual("n"u8)
                    && long.TryParse(header.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
                {
                    number = parsed;
                }
            }

            records.Add(new AuditedRecord(reader.Offset, number, Finish(), key));
        }
    }

    private async Task<PartitionData> FetchAsync(TopicPartition partition, long position, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var code = ErrorCode.LeaderNotAvailable;
            if (client.Metadata.Current.Find(partition) is { Leader: >= 0 } place)
            {
                try
                {
                    var connection = await client.ConnectionAsync(place.Leader, ConnectionPurpose.General, ct);
                    var data = (await connection.CallAsync(Request(partition, position), ct)).Responses[0].Partitions[0];
                    if (data.ErrorCode == ErrorCode.None)
                    {
                        return data;
                    }

                    code = data.ErrorCode;
                }
                catch (KafkaConnectionException) when (time.GetElapsedTime(started) < Deadline)
                {
                    code = ErrorCode.NetworkException;
                }
            }

            if (!code.IsRetriable() || time.GetElapsedTime(started) > Deadline)
            {
                throw new KafkaErrorException(code, $"{client.Options.Cluster}: {partition} cannot be read at {position}: {code.Name()}");
            }

            await Task.Delay(RetryAfter, time, ct);
            await client.Metadata.RefreshAsync(ct);
        }
    }

    private FetchRequest Request(TopicPartition partition, long position)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = 100,
            MinBytes = 1,
            MaxBytes = FetchBytes,
            IsolationLevel = IsolationLevel.ReadCommitted
        };
        var topic = request.Topics.Next();
        topic.Topic = partition.Topic;
        topic.TopicId = client.Metadata.Current.Topics[partition.Topic].TopicId;
        var asked = topic.Partitions.Next();
        asked.Partition = partition.Partition;
        asked.FetchOffset = position;
        asked.PartitionMaxBytes = FetchBytes;
        return request;
    }

    private void Append(NullableSpan field)
    {
        Append(field.IsNull ? -1 : field.Span.Length);
        _hash.AppendData(field.Span);
    }

    private void Append(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        _hash.AppendData(bytes);
    }

    private UInt128 Finish()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
