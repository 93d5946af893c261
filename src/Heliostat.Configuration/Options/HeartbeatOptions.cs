namespace Heliostat.Configuration.Options;

/// <summary>The heartbeats of a flow.</summary>
public sealed record HeartbeatOptions
{
    /// <summary><c>emit.heartbeats</c>: how often one is written, or null for never.</summary>
    public required TimeSpan? Interval { get; init; }

    /// <summary><c>heartbeats.topic.replication.factor</c>.</summary>
    public required short ReplicationFactor { get; init; }
}
