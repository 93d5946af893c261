using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>OffsetForLeaderEpoch 2 to 4: where an epoch ended, so that a consumer sees whether its log was cut off (KIP-320).</summary>
internal sealed class OffsetForLeaderEpochHandler : ApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    public override short MinVersion => 2;

    protected override ValueTask<OffsetForLeaderEpochResponse?> HandleAsync(OffsetForLeaderEpochRequest request, RequestContext context,
        CancellationToken ct) =>
            new(Answer(request, (topic, partition) => Find(topic, partition, context)));

    protected override OffsetForLeaderEpochResponse Refuse(OffsetForLeaderEpochRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, (_, partition) => new EpochEndOffset { Partition = partition.Partition, ErrorCode = error });

    private static OffsetForLeaderEpochResponse Answer(
        OffsetForLeaderEpochRequest request, Func<string, OffsetForLeaderPartition, EpochEndOffset> find) => new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetForLeaderTopicResult
                {
                    Topic = topic.Topic,
                    Partitions = [.. topic.Partitions.Select(partition => find(topic.Topic, partition))],
                }),
            ],
        };

    private static EpochEndOffset Find(string topic, OffsetForLeaderPartition asked, RequestContext context)
    {
        var answer = new EpochEndOffset { Partition = asked.Partition };
        var partition = context.Cluster.Topics.Find(topic)?.Find(asked.Partition);
        answer.ErrorCode = !IsAllowed(topic, context) ? ErrorCode.TopicAuthorizationFailed
            : partition?.CheckLeader(context.Broker.Id, asked.CurrentLeaderEpoch, out _) ?? ErrorCode.UnknownTopicOrPartition;
        if (answer.ErrorCode == ErrorCode.None) (answer.LeaderEpoch, answer.EndOffset) = partition!.Log.EndOfEpoch(asked.LeaderEpoch);
        return answer;
    }

    /// <summary>Brokers among themselves need not be allowed each topic.</summary>
    private static bool IsAllowed(string topic, RequestContext context) =>
        context.IsAllowed(AclOperation.ClusterAction, ResourceType.Cluster, AclBinding.ClusterName)
            || context.IsAllowed(AclOperation.Describe, ResourceType.Topic, topic);
}
