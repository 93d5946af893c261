namespace Heliostat.Configuration.Options;

/// <summary>The offset syncs of a flow.</summary>
public sealed record OffsetSyncOptions
{
    /// <summary>None is written.</summary>
    public static OffsetSyncOptions Off { get; } = new()
    {
        Enabled = false,
        Location = OffsetSyncsLocation.Source,
        ReplicationFactor = -1,
        LagMax = 0
    };

    /// <summary><c>emit.offset-syncs.enabled</c>.</summary>
    public required bool Enabled { get; init; }

    /// <summary><c>offset-syncs.topic.location</c>.</summary>
    public required OffsetSyncsLocation Location { get; init; }

    /// <summary><c>offset-syncs.topic.replication.factor</c>.</summary>
    public required short ReplicationFactor { get; init; }

    /// <summary><c>offset.lag.max</c>: how far apart syncs may be.</summary>
    public required long LagMax { get; init; }
}
