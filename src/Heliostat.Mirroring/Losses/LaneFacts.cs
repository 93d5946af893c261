using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>What both clusters say now about a lane that is to go on at <see cref="Position"/>.</summary>
internal sealed record LaneFacts
{
    /// <summary>What is remembered.</summary>
    public required LanePosition Position { get; init; }

    /// <summary>The topics that the names lead to now; empty where a cluster has no ids.</summary>
    public TopicIds Topics { get; init; }

    /// <summary>How many partitions the source's topic has now; 0 when it is not there.</summary>
    public required int SourcePartitions { get; init; }

    /// <summary>The source's log start and end; -1 when not known.</summary>
    public long LogStart { get; init; } = -1;

    public long LogEnd { get; init; } = -1;

    /// <summary>
    /// Where what agrees with the position's leader epoch ends in the source's log (OffsetForLeaderEpoch, KIP-320); -1 when the log knows
    /// no such epoch, null when it could not be asked.
    /// </summary>
    public long? EpochEnd { get; init; }

    /// <summary>The end of the target's log; -1 when not known.</summary>
    public long TargetEnd { get; init; } = -1;

    /// <summary>
    /// At the position's place on the target stands a marker, or what was aborted: the record that was committed with the position is not
    /// there.
    /// </summary>
    public bool IsVoid { get; init; }

    /// <summary>
    /// Whether the record before the position is the one that stands at its place on the target; null when they were not compared.
    /// </summary>
    public bool? IsSameRecord { get; init; }

    /// <summary>A record was committed with the position, and the target's log reaches beyond its place: it is looked for.</summary>
    public bool HasPlace => Position is { IsCommitted: true, LastTargetOffset: >= 0 } && Position.LastTargetOffset < TargetEnd;

    /// <summary>Nothing but the records themselves can tell whether the source's log is still the same one.</summary>
    public bool NeedsRecord =>
        (Topics.Source == Guid.Empty || Position.Topics.Source == Guid.Empty) && Position is { Offset: > 0, LastTargetOffset: >= 0 }
        && LogStart < Position.Offset && Position.Offset <= LogEnd && Position.LastTargetOffset < TargetEnd;
}
