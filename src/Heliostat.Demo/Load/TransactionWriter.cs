using Heliostat.Client;
using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Demo.Load;

/// <summary>A transactional producer that waits for each answer: enough to write a few transactions a second. One owner.</summary>
internal sealed class TransactionWriter(KafkaClient client, string transactionalId, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly RecordBatchBuilder _builder = new();
    private readonly Dictionary<TopicPartition, int> _sequences = [];
    private long _producerId = -1;
    private short _epoch = -1;

    /// <summary>Begins a transaction over these partitions.</summary>
    public async Task BeginAsync(IEnumerable<TopicPartition> partitions, CancellationToken ct)
    {
        if (_producerId < 0)
        {
            await TakeOverAsync(ct);
        }

        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = transactionalId,
            V3AndBelowProducerId = _producerId,
            V3AndBelowProducerEpoch = _epoch,
            V3AndBelowTopics = [.. partitions.GroupBy(p => p.Topic)
                .Select(t => new AddPartitionsToTxnTopic { Name = t.Key, Partitions = [.. t.Select(p => p.Partition)] })],
        };
        var answer = await CallAsync(request, r => r.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode, ct);
        Check("adding partitions", answer.ResultsByTopicV3AndBelow
            .SelectMany(t => t.ResultsByPartition).Select(p => p.PartitionErrorCode).FirstOrDefault(c => c != ErrorCode.None));
    }

    /// <summary>Writes a batch of what <paramref name="fill"/> appends, and sends it again until it is acknowledged.</summary>
    public async Task WriteAsync(TopicPartition partition, Action<RecordBatchBuilder> fill, CancellationToken ct)
    {
        _builder.Reset();
        _builder.ProducerId = _producerId;
        _builder.ProducerEpoch = _epoch;
        _builder.BaseSequence = _sequences.GetValueOrDefault(partition);
        _builder.IsTransactional = true;
        fill(_builder);
        var batch = _builder.Build().ToArray();
        _sequences[partition] = _sequences.GetValueOrDefault(partition) + _builder.RecordsCount;

        var started = time.GetTimestamp();
        for (var last = ErrorCode.LeaderNotAvailable; ; last = await TryWriteAsync(partition, batch, ct))
        {
            if (last is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
            {
                return;
            }

            if (!last.IsRetriable() || time.GetElapsedTime(started) > Deadline)
            {
                throw new KafkaErrorException(last, $"{client.Options.Cluster}: {partition} does not take a batch: {last.Name()}");
            }
        }
    }

    /// <summary>Commits or aborts.</summary>
    public async Task EndAsync(bool commit, CancellationToken ct)
    {
        var request = new EndTxnRequest
        {
            TransactionalId = transactionalId,
            ProducerId = _producerId,
            ProducerEpoch = _epoch,
            Committed = commit
        };
        var answer = await CallAsync(request, r => r.ErrorCode, ct);
        Check(commit ? "commit" : "abort", answer.ErrorCode);
        if (answer.ProducerId >= 0 && (answer.ProducerId, answer.ProducerEpoch) != (_producerId, _epoch))
        {
            (_producerId, _epoch) = (answer.ProducerId, answer.ProducerEpoch);
            _sequences.Clear();
        }
    }

    /// <summary>Takes the id over again at the next transaction, which aborts what is open.</summary>
    public void Forget() => _producerId = -1;

    public void Dispose() => _builder.Dispose();

    private async Task TakeOverAsync(CancellationToken ct)
    {
        var answer = await CallAsync(new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = 60_000 },
            r => r.ErrorCode, ct);
        Check("taking the id over", answer.ErrorCode);
        (_producerId, _epoch) = (answer.ProducerId, answer.ProducerEpoch);
        _sequences.Clear();
    }

    private async Task<ErrorCode> TryWriteAsync(TopicPartition partition, byte[] batch, CancellationToken ct)
    {
        try
        {
            if (client.Metadata.Current.Find(partition) is { Leader: >= 0 } place)
            {
                var request = new ProduceRequest { Acks = -1, TimeoutMs = 10_000, TransactionalId = transactionalId };
                var topic = request.TopicData.Next();
                topic.Name = partition.Topic;
                topic.TopicId = client.Metadata.Current.Topics[partition.Topic].TopicId;
                var data = topic.PartitionData.Next();
                data.Index = partition.Partition;
                data.Records = batch;
                var connection = await client.ConnectionAsync(place.Leader, ConnectionPurpose.General, ct);
                var code = (await connection.CallAsync(request, ct)).Responses[0].PartitionResponses[0].ErrorCode;
                if (code is ErrorCode.None or ErrorCode.DuplicateSequenceNumber || !code.IsRetriable())
                {
                    return code;
                }
            }
        }
        catch (KafkaConnectionException)
        {
            // Its broker may be starting again; a batch that was appended and not answered is known by its sequence.
        }

        await Task.Delay(RetryAfter, time, ct);
        await client.Metadata.RefreshAsync(ct);
        return ErrorCode.NetworkException;
    }

    private ValueTask<TResponse> CallAsync<TResponse>(IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct)
        where TResponse : Protocol.Wire.IBody, new() =>
            client.CallCoordinatorAsync(CoordinatorType.Transaction, transactionalId, request, errorOf, ct);

    private void Check(string what, ErrorCode code)
    {
        if (code != ErrorCode.None)
        {
            throw new KafkaErrorException(code, $"{client.Options.Cluster}: {transactionalId}: {what}: {code.Name()}");
        }
    }
}
