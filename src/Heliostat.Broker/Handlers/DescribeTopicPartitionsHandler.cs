using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeTopicPartitions 0: topics in the order of their names, so many partitions at a time (KIP-966).</summary>
internal sealed class DescribeTopicPartitionsHandler : ApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>
{
    private const int MaxPartitions = 2000;

    protected override ValueTask<DescribeTopicPartitionsResponse?> HandleAsync(
        DescribeTopicPartitionsRequest request, RequestContext context, CancellationToken ct)
    {
        var response = new DescribeTopicPartitionsResponse();
        var all = request.Topics.Count == 0;
        IEnumerable<string> names = all
            ? context.Cluster.Topics.All.Select(topic => topic.Name)
            : request.Topics.Select(topic => topic.Name).Distinct();
        var left = request.ResponsePartitionLimit is > 0 and < MaxPartitions ? request.ResponsePartitionLimit : MaxPartitions;
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            var from = request.Cursor is { } cursor && cursor.TopicName == name ? cursor.PartitionIndex : 0;
            if (request.Cursor is { } start && string.CompareOrdinal(name, start.TopicName) < 0) continue;
            if (!context.IsAllowed(AclOperation.Describe, ResourceType.Topic, name))
            {
                if (!all) response.Topics.Add(new DescribeTopicPartitionsResponseTopic
                {
                    Name = name,
                    ErrorCode = ErrorCode.TopicAuthorizationFailed
                });
                continue;
            }

            if (context.Cluster.Topics.Find(name) is not { } topic)
            {
                response.Topics.Add(new DescribeTopicPartitionsResponseTopic
                {
                    Name = name,
                    TopicAuthorizedOperations = context.AuthorizedOperations(ResourceType.Topic, name),
                    ErrorCode = TopicNames.Check(name) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidTopicException,
                });
                continue;
            }

            if (left == 0)
            {
                response.NextCursor = new Cursor { TopicName = name, PartitionIndex = 0 };
                break;
            }

            var partitions = topic.Partitions.Skip(from).Take(left).ToList();
            response.Topics.Add(Describe(topic, partitions, context));
            left -= partitions.Count;
            if (from + partitions.Count < topic.Partitions.Length)
            {
                response.NextCursor = new Cursor { TopicName = name, PartitionIndex = from + partitions.Count };
                break;
            }
        }

        return new(response);
    }

    protected override DescribeTopicPartitionsResponse Refuse(DescribeTopicPartitionsRequest request, RequestContext context,
        ErrorCode error) =>
            new()
            {
                Topics =
                [.. request.Topics.Select(topic => new DescribeTopicPartitionsResponseTopic { Name = topic.Name, ErrorCode = error })]
            };

    private static DescribeTopicPartitionsResponseTopic Describe(Topic topic, List<Partition> partitions, RequestContext context) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        IsInternal = topic.IsInternal,
        TopicAuthorizedOperations = context.AuthorizedOperations(ResourceType.Topic, topic.Name),
        Partitions =
        [
            .. partitions
                .Select(partition => (partition.Index, partition.Leadership)).Select(row => new DescribeTopicPartitionsResponsePartition
                {
                    ErrorCode = row.Leadership.Leader == Leadership.NoLeader ? ErrorCode.LeaderNotAvailable : ErrorCode.None,
                    PartitionIndex = row.Index,
                    LeaderId = row.Leadership.Leader,
                    LeaderEpoch = row.Leadership.LeaderEpoch,
                    ReplicaNodes = [.. row.Leadership.Replicas],
                    IsrNodes = [.. row.Leadership.Isr],
                    EligibleLeaderReplicas = [],
                    LastKnownElr = [],
                    OfflineReplicas = [.. row.Leadership.Replicas.Where(id => context.Cluster.Find(id)?.IsRunning != true)],
                }),
        ],
    };
}
