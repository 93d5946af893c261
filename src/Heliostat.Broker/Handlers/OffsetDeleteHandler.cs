using Heliostat.Broker.Groups;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>OffsetDelete 0: positions in topics that no member is subscribed to (KIP-496).</summary>
internal sealed class OffsetDeleteHandler : ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    protected override ValueTask<OffsetDeleteResponse?> HandleAsync(OffsetDeleteRequest request, RequestContext context,
        CancellationToken ct)
    {
        var error = context.CheckGroup(request.GroupId, AclOperation.Delete);
        if (request.GroupId.Length == 0) error = ErrorCode.InvalidGroupId;
        if (error != ErrorCode.None) return new(Refuse(request, context, error));
        if (context.Cluster.Groups.Find(request.GroupId) is not { } group) return new(Refuse(request, context, ErrorCode.GroupIdNotFound));
        if (group.State != GroupState.Empty && group.ProtocolType != ConsumerSubscriptions.ProtocolType)
            return new(Refuse(request, context, ErrorCode.NonEmptyGroup));

        return new(new OffsetDeleteResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetDeleteResponseTopic
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.Select(partition => new OffsetDeleteResponsePartition
                        {
                            PartitionIndex = partition.PartitionIndex,
                            ErrorCode = Delete(group, topic.Name, partition.PartitionIndex, context),
                        }),
                    ],
                }),
            ],
        });
    }

    protected override OffsetDeleteResponse Refuse(OffsetDeleteRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };

    private static ErrorCode Delete(Group group, string topic, int partition, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Read, ResourceType.Topic, topic)) return ErrorCode.TopicAuthorizationFailed;
        if (context.Cluster.Topics.Find(topic)?.Find(partition) is null) return ErrorCode.UnknownTopicOrPartition;
        if (group.IsSubscribedTo(topic)) return ErrorCode.GroupSubscribedToTopic;

        lock (group.Sync) group.Offsets.Delete(topic, partition);
        return ErrorCode.None;
    }
}
