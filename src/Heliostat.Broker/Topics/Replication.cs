using Heliostat.Broker.Brokers;

namespace Heliostat.Broker.Topics;

/// <summary>How the followers of a cluster follow: when they may, and how long it takes them.</summary>
internal sealed class Replication(ClusterState cluster)
{
    public TimeProvider Time => cluster.Time;

    public TimeSpan LagMax => TimeSpan.FromMilliseconds(cluster.Settings.ReplicaLagMaxMs);

    /// <summary>How long the next fetch of a follower takes.</summary>
    public TimeSpan NextDelay() => cluster.Options.ReplicationDelay * cluster.Options.Random.NextDouble();

    /// <summary>Whether the broker asks its leaders for more.</summary>
    public bool Follows(int brokerId) => cluster.Find(brokerId) is { IsRunning: true, IsStorageLost: false, IsFollowingStalled: false };
}
