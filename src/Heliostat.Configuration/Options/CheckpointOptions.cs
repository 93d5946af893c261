namespace Heliostat.Configuration.Options;

/// <summary>How a flow follows consumer groups. An interval that is null switches the job off.</summary>
public sealed record CheckpointOptions
{
    /// <summary>No group is followed.</summary>
    public static CheckpointOptions Off { get; } = new()
    {
        Groups = TopicSelection.FromPatterns([], []),
        RefreshInterval = null,
        CheckpointInterval = null,
        OffsetSyncInterval = null,
        CheckpointsReplicationFactor = -1,
    };

    /// <summary><c>groups</c> and <c>groups.exclude</c>.</summary>
    public required TopicSelection Groups { get; init; }

    /// <summary><c>refresh.groups</c>: how often new groups are looked for.</summary>
    public required TimeSpan? RefreshInterval { get; init; }

    /// <summary><c>emit.checkpoints</c>: how often checkpoints are written.</summary>
    public required TimeSpan? CheckpointInterval { get; init; }

    /// <summary>
    /// <c>sync.group.offsets</c>: how often translated offsets are written to the target's groups; null also when no checkpoints are
    /// written.
    /// </summary>
    public required TimeSpan? OffsetSyncInterval { get; init; }

    /// <summary><c>checkpoints.topic.replication.factor</c>.</summary>
    public required short CheckpointsReplicationFactor { get; init; }
}
