using Heliostat.Broker.Groups;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// OffsetFetch 1 to 10: the partitions asked for, or all; several groups from version 8 on, by topic id from version 10 on. Who requires
/// stable offsets is put off while a transaction holds one back (KIP-447).
/// </summary>
internal sealed class OffsetFetchHandler : ApiHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<OffsetFetchResponse?> HandleAsync(OffsetFetchRequest request, RequestContext context,
        CancellationToken ct) =>
            new(Answer(request, context.Version, group => Fetch(group, request.RequireStable, context)));

    protected override OffsetFetchResponse Refuse(OffsetFetchRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, context.Version, group => Refused(group, error));

    private static OffsetFetchResponse Answer(
        OffsetFetchRequest request, short version, Func<OffsetFetchRequestGroup, OffsetFetchResponseGroup> fetch)
    {
        if (version >= 8) return new OffsetFetchResponse { Groups = [.. request.Groups.Select(fetch)] };

        var topics =
            request.Topics?.Select(topic => new OffsetFetchRequestTopics { Name = topic.Name, PartitionIndexes = topic.PartitionIndexes });
        var only = fetch(new OffsetFetchRequestGroup { GroupId = request.GroupId, Topics = topics?.ToList() });
        return new OffsetFetchResponse
        {
            ErrorCode = only.ErrorCode,
            Topics =
            [
                .. only.Topics.Select(topic => new OffsetFetchResponseTopic
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.Select(partition => new OffsetFetchResponsePartition
                        {
                            PartitionIndex = partition.PartitionIndex,
                            CommittedOffset = partition.CommittedOffset,
                            CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
                            Metadata = partition.Metadata,
                            ErrorCode = partition.ErrorCode,
                        }),
                    ],
                }),
            ],
        };
    }

    private static OffsetFetchResponseGroup Fetch(OffsetFetchRequestGroup request, bool requireStable, RequestContext context)
    {
        var error = context.CheckGroup(request.GroupId, AclOperation.Describe);
        if (error != ErrorCode.None) return Refused(request, error);

        var group = context.Cluster.Groups.Find(request.GroupId);
        if (group is null) return Answer(request, [], (_, _) => null, requireStable: false, context);

        lock (group.Sync)
        {
            return Answer(request, group.Offsets.Committed.Keys, (topic, partition) => group.Offsets.Find(topic, partition), requireStable,
                context, group);
        }
    }

    private static OffsetFetchResponseGroup Answer(
        OffsetFetchRequestGroup request,
        IEnumerable<(string Topic, int Partition)> all,
        Func<string, int, CommittedOffset?> find,
        bool requireStable,
        RequestContext context,
        Group? group = null)
    {
        var topics = request.Topics ?? [.. all.GroupBy(partition => partition.Topic).Select(topic => new OffsetFetchRequestTopics
        {
            Name = topic.Key,
            TopicId = context.Cluster.Topics.Find(topic.Key)?.Id ?? Guid.Empty,
            PartitionIndexes = [.. topic.Select(partition => partition.Partition)],
        })];
        var answer = new OffsetFetchResponseGroup { GroupId = request.GroupId };
        foreach (var topic in topics)
        {
            var name = context.Version >= 10 ? context.Cluster.Topics.Find(topic.TopicId)?.Name : topic.Name;
            var error = name is null ? ErrorCode.UnknownTopicId
                : context.IsAllowed(AclOperation.Describe, ResourceType.Topic, name) ? ErrorCode.None
                : ErrorCode.TopicAuthorizationFailed;
            if (error != ErrorCode.None && request.Topics is null) continue;

            answer.Topics.Add(new OffsetFetchResponseTopics
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions = [.. topic.PartitionIndexes.Select(index => error != ErrorCode.None
                    ? Row(index, null, error)
                    : requireStable && group!.Offsets.IsUnstable(name!, index) ? Row(index, null, ErrorCode.UnstableOffsetCommit)
                    : Row(index, find(name!, index), ErrorCode.None))],
            });
        }

        return answer;
    }

    private static OffsetFetchResponseGroup Refused(OffsetFetchRequestGroup request, ErrorCode error) => new()
    {
        GroupId = request.GroupId,
        ErrorCode = error,
        Topics =
        [
            .. (request.Topics ?? []).Select(topic => new OffsetFetchResponseTopics
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions = [.. topic.PartitionIndexes.Select(index => Row(index, null, error))],
            }),
        ],
    };

    private static OffsetFetchResponsePartitions Row(int index, CommittedOffset? offset, ErrorCode error) => new()
    {
        PartitionIndex = index,
        CommittedOffset = offset?.Offset ?? -1,
        CommittedLeaderEpoch = offset?.LeaderEpoch ?? -1,
        Metadata = offset?.Metadata ?? "",
        ErrorCode = error,
    };
}
