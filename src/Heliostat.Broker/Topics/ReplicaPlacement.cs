using Heliostat.Broker.Brokers;

namespace Heliostat.Broker.Topics;

/// <summary>Which brokers are to have the replicas of new partitions. One caller at a time.</summary>
internal sealed class ReplicaPlacement(ClusterState cluster)
{
    private int _nextFirstReplica;

    /// <summary>Why an assignment cannot be (ReplicationControlManager.validateManualPartitionAssignment); null when it can.</summary>
    public string? Problem(IReadOnlyList<IReadOnlyList<int>>? assignments, int? replicaCount = null)
    {
        const string Subject = "The manual partition assignment includes";
        foreach (var replicas in assignments ?? [])
        {
            replicaCount ??= replicas.Count;
            if (replicas.Count == 0) return $"{Subject} an empty replica list.";
            if (replicas.Where(id => cluster.Find(id) is null).Take(1).ToArray() is [var unknown])
                return $"{Subject} broker {unknown}, but no such broker is registered.";
            if (replicas.CountBy(id => id).Where(count => count.Value > 1).Take(1).ToArray() is [var twice])
                return $"{Subject} the broker {twice.Key} more than once.";
            if (replicas.Count != replicaCount)
            {
                return $"{Subject} a partition with {replicas.Count} replica(s), but this is not consistent with previous partitions, "
                    + "which have " +
                    $"{replicaCount} replica(s).";
            }
        }

        return null;
    }

    /// <summary>The assignment that a request asks for, or as many replicas as it says, or as the brokers do by default.</summary>
    public IReadOnlyList<IReadOnlyList<int>> For(TopicRequest request)
    {
        if (request.Assignments is { } assignments) return assignments;

        var count = request.PartitionCount == -1 ? cluster.Settings.DefaultPartitions : request.PartitionCount;
        var factor = request.ReplicationFactor == -1
            ? Math.Min(cluster.Settings.DefaultReplicationFactor, cluster.Brokers.Length)
            : request.ReplicationFactor;
        return Spread(count, factor);
    }

    /// <summary>New partitions in turn over all brokers.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Spread(int count, int factor)
    {
        var brokers = cluster.Brokers.Length;
        var spread = new List<IReadOnlyList<int>>(count);
        for (var index = 0; index < count; index++, _nextFirstReplica++)
            spread.Add([.. Enumerable.Range(0, factor).Select(replica => (_nextFirstReplica + replica) % brokers)]);
        return spread;
    }
}
