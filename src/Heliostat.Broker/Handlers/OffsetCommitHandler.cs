using Heliostat.Broker.Groups;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// OffsetCommit 2 to 10: of members in their generation, and of anybody for a group without members. By topic id from version 10 on.
/// </summary>
internal sealed class OffsetCommitHandler : ApiHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    private const short FirstWithTopicIds = 10;

    public override short MinVersion => 2;

    protected override ValueTask<OffsetCommitResponse?> HandleAsync(OffsetCommitRequest request, RequestContext context,
        CancellationToken ct)
    {
        var error = context.CheckGroup(request.GroupId, AclOperation.Read);
        if (error != ErrorCode.None) return new(Refuse(request, context, error));

        var group = context.Cluster.Groups.Find(request.GroupId);
        if (group is null && request.GenerationIdOrMemberEpoch >= 0) return new(Refuse(request, context, ErrorCode.IllegalGeneration));

        group ??= context.Cluster.Groups.FindOrAdd(request.GroupId);
        lock (group.Sync)
        {
            error = group.CheckCommit(request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, transactional: false);
            return new(error != ErrorCode.None
                ? Refuse(request, context, error)
                : Answer(request, (topic, partition) => Commit(group, topic, partition, context)));
        }
    }

    protected override OffsetCommitResponse Refuse(OffsetCommitRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, (_, _) => error);

    private static OffsetCommitResponse Answer(
        OffsetCommitRequest request, Func<OffsetCommitRequestTopic, OffsetCommitRequestPartition, ErrorCode> commit) => new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetCommitResponseTopic
                {
                    Name = topic.Name,
                    TopicId = topic.TopicId,
                    Partitions =
                    [
                        .. topic.Partitions.Select(partition => new OffsetCommitResponsePartition
                        {
                            PartitionIndex = partition.PartitionIndex,
                            ErrorCode = commit(topic, partition),
                        }),
                    ],
                }),
            ],
        };

    private static ErrorCode Commit(Group group, OffsetCommitRequestTopic requested, OffsetCommitRequestPartition partition,
        RequestContext context)
    {
        var topic = context.Cluster.Topics.Find(requested.Name, requested.TopicId);
        if (topic is null && context.Version >= FirstWithTopicIds) return ErrorCode.UnknownTopicId;
        if (!context.IsAllowed(AclOperation.Read, ResourceType.Topic, topic?.Name ?? requested.Name))
            return ErrorCode.TopicAuthorizationFailed;
        if (topic?.Find(partition.PartitionIndex) is null) return ErrorCode.UnknownTopicOrPartition;

        var metadata = partition.CommittedMetadata ?? "";
        if (metadata.Length > context.Cluster.Settings.OffsetMetadataMaxBytes) return ErrorCode.OffsetMetadataTooLarge;

        var offset = new CommittedOffset(partition.CommittedOffset, partition.CommittedLeaderEpoch, metadata, context.NowMs);
        group.Offsets.Commit(topic.Name, partition.PartitionIndex, offset);
        return ErrorCode.None;
    }
}
