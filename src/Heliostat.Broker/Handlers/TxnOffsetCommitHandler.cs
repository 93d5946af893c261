using Heliostat.Broker.Groups;
using Heliostat.Broker.Transactions;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// TxnOffsetCommit 0 to 5: offsets that count once the transaction commits. From version 5 on it adds the group to the transaction
/// (KIP-890).
/// </summary>
internal sealed class TxnOffsetCommitHandler : ApiHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    private const short FirstWithAbortable = 4;
    private const short FirstThatAddsGroup = 5;

    protected override ValueTask<TxnOffsetCommitResponse?> HandleAsync(TxnOffsetCommitRequest request, RequestContext context,
        CancellationToken ct)
    {
        var error = context.IsAllowed(AclOperation.Write, ResourceType.TransactionalId, request.TransactionalId)
            ? context.CheckGroup(request.GroupId, AclOperation.Read)
            : ErrorCode.TransactionalIdAuthorizationFailed;
        if (error != ErrorCode.None) return new(Refuse(request, context, error));
        if (context.Cluster.Transactions.Find(request.TransactionalId) is not { } transaction)
            return new(Refuse(request, context, ErrorCode.InvalidProducerIdMapping));

        // Until the offsets are held back the transaction must not end: its end would not see them.
        lock (transaction.Sync) return new(Commit(request, transaction, context));
    }

    protected override TxnOffsetCommitResponse Refuse(TxnOffsetCommitRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, (_, _) => error);

    private TxnOffsetCommitResponse Commit(TxnOffsetCommitRequest request, TransactionState transaction, RequestContext context)
    {
        var error = Verify(request, transaction, context);
        if (error != ErrorCode.None) return Refuse(request, context, error);

        var group = context.Cluster.Groups.Find(request.GroupId);
        if (group is null && request.GenerationId >= 0) return Refuse(request, context, ErrorCode.IllegalGeneration);

        group ??= context.Cluster.Groups.FindOrAdd(request.GroupId);
        lock (group.Sync)
        {
            error = group.CheckCommit(request.MemberId, request.GroupInstanceId, request.GenerationId, transactional: true);
            return error != ErrorCode.None
                ? Refuse(request, context, error)
                : Answer(request, (topic, partition) => Commit(group, request.ProducerId, topic, partition, context));
        }
    }

    private static ErrorCode Verify(TxnOffsetCommitRequest request, TransactionState transaction, RequestContext context)
    {
        var error = context.Version >= FirstThatAddsGroup
            ? transaction.Add(request.ProducerId, request.ProducerEpoch, [], [request.GroupId], context.NowMs)
            : transaction.Verify(request.ProducerId, request.ProducerEpoch, request.GroupId);
        if (error == ErrorCode.InvalidTxnState && context.Version >= FirstWithAbortable) error = ErrorCode.TransactionAbortable;
        return error == ErrorCode.ProducerFenced ? ErrorCode.InvalidProducerEpoch : error;
    }

    private static ErrorCode Commit(Group group, long producerId, string topic, TxnOffsetCommitRequestPartition partition,
        RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Read, ResourceType.Topic, topic)) return ErrorCode.TopicAuthorizationFailed;
        if (context.Cluster.Topics.Find(topic)?.Find(partition.PartitionIndex) is null) return ErrorCode.UnknownTopicOrPartition;

        var metadata = partition.CommittedMetadata ?? "";
        if (metadata.Length > context.Cluster.Settings.OffsetMetadataMaxBytes) return ErrorCode.OffsetMetadataTooLarge;

        var offset = new CommittedOffset(partition.CommittedOffset, partition.CommittedLeaderEpoch, metadata, context.NowMs);
        group.Offsets.CommitPending(producerId, topic, partition.PartitionIndex, offset);
        return ErrorCode.None;
    }

    private static TxnOffsetCommitResponse Answer(
        TxnOffsetCommitRequest request, Func<string, TxnOffsetCommitRequestPartition, ErrorCode> commit) => new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new TxnOffsetCommitResponseTopic
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.Select(partition => new TxnOffsetCommitResponsePartition
                        {
                            PartitionIndex = partition.PartitionIndex,
                            ErrorCode = commit(topic.Name, partition),
                        }),
                    ],
                }),
            ],
        };
}
