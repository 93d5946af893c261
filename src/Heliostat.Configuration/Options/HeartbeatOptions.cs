namespace Heliostat.Configuration.Options;

/// <summary>The heartbeats of a flow.</summary>
public sealed record HeartbeatOptions
{
    /// <summary>None is written.</summary>
    public static HeartbeatOptions Off { get; } = new() { Interval = null, ReplicationFactor = -1 };

    /// <summary><c>emit.heartbeats</c>: how often one is written, or null for never.</summary>
    public required TimeSpan? Interval { get; init; }

    /// <summary><c>heartbeats.topic.replication.factor</c>.</summary>
    public required short ReplicationFactor { get; init; }
}
