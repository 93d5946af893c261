using System.Globalization;
using Heliostat.Client;
using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;

namespace Heliostat.Testing.Embedded;

/// <summary>
/// An idempotent producer, transactional when it has an id: one batch of a partition in flight, sent again until it is acknowledged.
/// </summary>
internal sealed class WireProducer : ITestProducer
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly KafkaClient _client;
    private readonly CompressionCodec _codec = CompressionCodec.None;
    private readonly int _batchBytes = 16384;
    private readonly string? _transactionalId;
    private readonly Dictionary<TopicPartition, int> _sequences = [];
    private readonly HashSet<TopicPartition> _inTransaction = [];
    private long _producerId;
    private short _epoch;
    private bool _open;
    private int _keyless;

    public WireProducer(KafkaClient client, IReadOnlyDictionary<string, string> config)
    {
        _client = client;
        foreach (var (key, value) in config)
        {
            switch (key)
            {
                case "compression.type":
                    _codec = Enum.Parse<CompressionCodec>(value, ignoreCase: true);
                    break;
                case "batch.size":
                    _batchBytes = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "transactional.id":
                    _transactionalId = value;
                    break;
                case "linger.ms" or "max.request.size" or "transaction.timeout.ms":
                    break;
                default:
                    throw new NotSupportedException($"this producer does not know {key}");
            }
        }
    }

    public async Task InitializeAsync(CancellationToken ct)
    {
        var request = new InitProducerIdRequest { TransactionalId = _transactionalId, TransactionTimeoutMs = 60_000 };
        var answer = _transactionalId is null
            ? await _client.CallAnyAsync(request, ct)
            : await _client.CallCoordinatorAsync(CoordinatorType.Transaction, _transactionalId, request, r => r.ErrorCode, ct);
        Check("InitProducerId", answer.ErrorCode);
        (_producerId, _epoch) = (answer.ProducerId, answer.ProducerEpoch);
    }

    public async Task<long[]> SendAsync(string topic, IEnumerable<KafkaRecord> records, CancellationToken ct)
    {
        _client.Metadata.Track(topic);
        try
        {
            var partitions = await PartitionsAsync(topic, ct);
            KafkaRecord[] all = [.. records];
            var offsets = new long[all.Length];
            var placed = Enumerable.Range(0, all.Length).GroupBy(i => new TopicPartition(topic, Place(all[i], partitions))).ToList();
            await AddToTransactionAsync(placed.Select(group => group.Key), ct);
            foreach (var partition in placed)
            {
                _sequences.TryAdd(partition.Key, 0);
            }

            await Task.WhenAll(placed.Select(partition => SendAsync(partition.Key, [.. partition], all, offsets, ct)));
            return offsets;
        }
        finally
        {
            _client.Metadata.Untrack(topic);
        }
    }

    public Task BeginAsync(CancellationToken ct)
    {
        _open = true;
        return Task.CompletedTask;
    }

    public Task CommitAsync(CancellationToken ct) => EndAsync(commit: true, ct);

    public Task AbortAsync(CancellationToken ct) => EndAsync(commit: false, ct);

    public async ValueTask DisposeAsync()
    {
        if (_open)
        {
            await EndAsync(commit: false, CancellationToken.None);
        }
    }

    private async Task<int> PartitionsAsync(string topic, CancellationToken ct)
    {
        while (true)
        {
            if ((await _client.Metadata.RefreshAsync(ct)).Topics.TryGetValue(topic, out var found) && found.Partitions.Count > 0)
            {
                return found.Partitions.Count;
            }

            await Task.Delay(RetryAfter, TimeProvider.System, ct);
        }
    }

    private int Place(KafkaRecord record, int partitions) =>
        record.Partition ?? (record.Key is { } key ? KeyHash.Partition(key, partitions) : _keyless++ % partitions);

    private async Task SendAsync(TopicPartition partition, int[] indices, KafkaRecord[] records, long[] offsets, CancellationToken ct)
    {
        using var builder = new RecordBatchBuilder(_codec);
        using var headers = new RecordHeadersBuilder();
        for (var first = 0; first < indices.Length;)
        {
            builder.Reset();
            builder.ProducerId = _producerId;
            builder.ProducerEpoch = _epoch;
            builder.BaseSequence = _sequences[partition];
            builder.IsTransactional = _transactionalId is not null;
            var count = Fill(builder, headers, indices.AsSpan(first), records);
            var offset = await SendAsync(partition, builder.Build().ToArray(), ct);
            _sequences[partition] += count;
            for (var i = 0; i < count; i++)
            {
                offsets[indices[first + i]] = offset < 0 ? -1 : offset + i;
            }

            first += count;
        }
    }

    private int Fill(RecordBatchBuilder builder, RecordHeadersBuilder headers, ReadOnlySpan<int> indices, KafkaRecord[] records)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var count = 0;
        foreach (var index in indices)
        {
            var record = records[index];
            headers.Reset();
            foreach (var header in record.Headers)
            {
                headers.Add(header.Name, header.Value);
            }

            var timestamp = record.Timestamp ?? now;
            if (count > 0 && builder.SizeInBytes + builder.SizeOf(timestamp, record.Key, record.Value, headers.Headers) > _batchBytes)
            {
                break;
            }

            builder.Append(timestamp, record.Key, record.Value, headers.Headers);
            count++;
        }

        return count;
    }

    private async Task<long> SendAsync(TopicPartition partition, byte[] batch, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        var metadata = _client.Metadata.Current;
        while (true)
        {
            var last = "no leader";
            try
            {
                if (metadata.Find(partition) is { Leader: >= 0 } place)
                {
                    var request = new ProduceRequest { Acks = -1, TimeoutMs = 10_000, TransactionalId = _transactionalId };
                    var topic = request.TopicData.Next();
                    topic.Name = partition.Topic;
                    topic.TopicId = metadata.Topics[partition.Topic].TopicId;
                    var data = topic.PartitionData.Next();
                    data.Index = partition.Partition;
                    data.Records = batch;
                    var connection = await _client.ConnectionAsync(place.Leader, ConnectionPurpose.General, ct);
                    var answer = (await connection.CallAsync(request, ct)).Responses[0].PartitionResponses[0];
                    if (answer.ErrorCode is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
                    {
                        return answer.ErrorCode == ErrorCode.None ? answer.BaseOffset : -1;
                    }

                    last = $"{answer.ErrorCode.Name()} {answer.ErrorMessage}";
                    if (!answer.ErrorCode.IsRetriable())
                    {
                        throw new KafkaErrorException(answer.ErrorCode, $"{partition}: {last}");
                    }
                }
            }
            catch (KafkaConnectionException failure)
            {
                last = failure.Message;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                throw new TimeoutException($"{partition}: not acknowledged within {Deadline.TotalSeconds:0} s: {last}");
            }

            await Task.Delay(RetryAfter, TimeProvider.System, ct);
            metadata = await _client.Metadata.RefreshAsync(ct);
        }
    }

    private async Task AddToTransactionAsync(IEnumerable<TopicPartition> partitions, CancellationToken ct)
    {
        if (_transactionalId is null)
        {
            return;
        }

        TopicPartition[] added = [.. partitions.Where(_inTransaction.Add)];
        if (added.Length == 0)
        {
            return;
        }

        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = _transactionalId,
            V3AndBelowProducerId = _producerId,
            V3AndBelowProducerEpoch = _epoch,
            V3AndBelowTopics =
            [
                .. added.GroupBy(p => p.Topic)
                    .Select(topic => new AddPartitionsToTxnTopic { Name = topic.Key, Partitions = [.. topic.Select(p => p.Partition)] }),
            ],
        };
        var answer = await _client.CallCoordinatorAsync(
            CoordinatorType.Transaction, _transactionalId, request,
            r => r.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode, ct);
        Check("AddPartitionsToTxn", answer.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode);
    }

    private async Task EndAsync(bool commit, CancellationToken ct)
    {
        _open = false;
        if (_inTransaction.Count == 0)
        {
            return;
        }

        _inTransaction.Clear();
        var request = new EndTxnRequest
        {
            TransactionalId = _transactionalId!,
            ProducerId = _producerId,
            ProducerEpoch = _epoch,
            Committed = commit
        };
        var answer = await _client.CallCoordinatorAsync(CoordinatorType.Transaction, _transactionalId!, request, r => r.ErrorCode, ct);
        Check("EndTxn", answer.ErrorCode);
        if (answer.ProducerId >= 0 && (answer.ProducerId != _producerId || answer.ProducerEpoch != _epoch))
        {
            (_producerId, _epoch) = (answer.ProducerId, answer.ProducerEpoch);
            _sequences.Clear();
        }
    }

    private static void Check(string what, ErrorCode code)
    {
        if (code != ErrorCode.None)
        {
            throw new KafkaErrorException(code, $"{what}: {code.Name()}");
        }
    }
}
