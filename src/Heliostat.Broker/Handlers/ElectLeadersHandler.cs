using Heliostat.Broker.Security;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// ElectLeaders 0 to 2: gives leadership to the preferred replica, where it is up; an unclean election finds nothing to do.
/// </summary>
internal sealed class ElectLeadersHandler : ApiHandler<ElectLeadersRequest, ElectLeadersResponse>
{
    private const sbyte Preferred = 0;

    protected override ValueTask<ElectLeadersResponse?> HandleAsync(ElectLeadersRequest request, RequestContext context,
        CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Alter, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        var response = new ElectLeadersResponse();
        var all = request.TopicPartitions is null;
        var asked = request.TopicPartitions ?? [.. context.Cluster.Topics.All.Select(topic => new ElectLeadersTopicPartitions
        {
            Topic = topic.Name,
            Partitions = [.. topic.Partitions.Select(partition => partition.Index)],
        })];
        foreach (var topic in asked)
        {
            var results = topic.Partitions
                .Select(index => Elect(topic.Topic, index, request.ElectionType, context))
                .Where(result => !all || result.ErrorCode != ErrorCode.ElectionNotNeeded)
                .ToList();
            response.ReplicaElectionResults.Add(new ReplicaElectionResult { Topic = topic.Topic, PartitionResult = results });
        }

        return new(response);
    }

    protected override ElectLeadersResponse Refuse(ElectLeadersRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };

    private static PartitionResult Elect(string topic, int index, sbyte type, RequestContext context)
    {
        var found = context.Cluster.Topics.Find(topic);
        var error = Elect(found?.Find(index), type, context);
        return new PartitionResult
        {
            PartitionId = index,
            ErrorCode = error,
            ErrorMessage = error switch
            {
                ErrorCode.ElectionNotNeeded => ErrorMessages.ElectionNotNeeded,
                ErrorCode.UnknownTopicOrPartition => found is null ? $"No such topic as {topic}" : $"No such partition as {topic}-{index}",
                _ => null,
            },
        };
    }

    private static ErrorCode Elect(Partition? partition, sbyte type, RequestContext context)
    {
        if (partition is null) return ErrorCode.UnknownTopicOrPartition;

        var leadership = partition.Leadership;
        if (type != Preferred)
            return leadership.Leader == Leadership.NoLeader ? ErrorCode.EligibleLeadersNotAvailable : ErrorCode.ElectionNotNeeded;

        var preferred = leadership.Replicas[0];
        if (leadership.Leader == preferred) return ErrorCode.ElectionNotNeeded;
        if (context.Cluster.Find(preferred)?.IsRunning != true) return ErrorCode.PreferredLeaderNotAvailable;

        partition.Change(old => old with { Leader = preferred, LeaderEpoch = old.LeaderEpoch + 1 });
        return ErrorCode.None;
    }
}
