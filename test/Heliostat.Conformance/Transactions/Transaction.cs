namespace Heliostat.Conformance.Transactions;

/// <summary>
/// A transactional producer as its requests, in the way before KIP-890 (partitions are added on their own) unless a version says otherwise.
/// </summary>
internal sealed class Transaction(Endpoint kafka, string id)
{
    public string Id { get; } = id;

    public long ProducerId { get; set; } = -1;

    public short Epoch { get; set; } = -1;

    public int Sequence { get; set; }

    public static async Task<Transaction> BeginAsync(Endpoint kafka, string stem = "x", int timeoutMs = 30_000)
    {
        var transaction = new Transaction(kafka, await kafka.TransactionalIdAsync(stem));
        await transaction.InitAsync(timeoutMs: timeoutMs);
        return transaction;
    }

    public InitProducerIdRequest Init(long producerId = -1, short epoch = -1, int timeoutMs = 30_000) =>
        new() { TransactionalId = Id, TransactionTimeoutMs = timeoutMs, ProducerId = producerId, ProducerEpoch = epoch };

    /// <summary>Takes the id over; asks again while the transaction before is being ended.</summary>
    public async Task<InitProducerIdResponse> InitAsync(int version = 4, long producerId = -1, short epoch = -1, int timeoutMs = 30_000)
    {
        var answer = await kafka.UntilAsync(() => Init(producerId, epoch, timeoutMs), version, IsSettled);
        if (answer.ErrorCode == ErrorCode.None) (ProducerId, Epoch, Sequence) = (answer.ProducerId, answer.ProducerEpoch, 0);
        return answer;

        static bool IsSettled(InitProducerIdResponse seen) =>
            seen.ErrorCode is not (ErrorCode.ConcurrentTransactions or ErrorCode.CoordinatorLoadInProgress or ErrorCode.NotCoordinator);
    }

    public AddPartitionsToTxnRequest Partitions(string topic, params int[] partitions) => new()
    {
        V3AndBelowTransactionalId = Id,
        V3AndBelowProducerId = ProducerId,
        V3AndBelowProducerEpoch = Epoch,
        V3AndBelowTopics = [new AddPartitionsToTxnTopic { Name = topic, Partitions = [.. partitions] }],
    };

    public Task<AddPartitionsToTxnResponse> AddAsync(string topic, params int[] partitions) => AddAsync(Partitions(topic, partitions));

    public Task<AddPartitionsToTxnResponse> AddAsync(AddPartitionsToTxnRequest request, int version = 3) => kafka.UntilAsync(
        () => request,
        version,
        static seen => !seen.ResultsByTopicV3AndBelow.Exists(topic =>
            topic.ResultsByPartition.Exists(row => row.PartitionErrorCode == ErrorCode.ConcurrentTransactions)));

    public AddOffsetsToTxnRequest Offsets(string group) =>
        new() { TransactionalId = Id, ProducerId = ProducerId, ProducerEpoch = Epoch, GroupId = group };

    public async Task<ProduceResponse> ProduceAsync(string topic, int partition, int count = 1, int version = 11)
    {
        var batch = Batches.Idempotent(ProducerId, Epoch, Sequence, count, transactional: true);
        var answer = await kafka.CallAsync(Batches.Produce(topic, partition, batch, transactionalId: Id), version);
        if (answer.Responses[0].PartitionResponses[0].ErrorCode == ErrorCode.None) Sequence += count;
        return answer;
    }

    public EndTxnRequest End(bool commit) =>
        new() { TransactionalId = Id, ProducerId = ProducerId, ProducerEpoch = Epoch, Committed = commit };

    public async Task<EndTxnResponse> EndAsync(bool commit, int version = 3)
    {
        var answer = await kafka.UntilAsync(() => End(commit), version, static seen => seen.ErrorCode != ErrorCode.ConcurrentTransactions);
        if (answer.ErrorCode == ErrorCode.None && version >= 5)
            (ProducerId, Epoch, Sequence) = (answer.ProducerId, answer.ProducerEpoch, 0);
        return answer;
    }
}
