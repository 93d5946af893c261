using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.Rules;

namespace Heliostat.Mirroring.Audit;

/// <summary>A source partition and the target partition that should hold the same.</summary>
/// <param name="Source">The source's.</param>
/// <param name="Target">The target's.</param>
internal sealed record AuditLane(TopicPartition Source, TopicPartition Target)
{
    /// <summary>The lane's offset map; null where there is none.</summary>
    public OffsetMap? Map { get; init; }

    /// <summary>What is done to its records; null where nothing is.</summary>
    public RecordRules? Rules { get; init; }

    /// <summary>Where the lane begins and ends; null for where its log does.</summary>
    public (LogBound? From, LogBound? Until) Bounds { get; init; }

    /// <summary>Source offsets before it were mirrored, as is stored; -1 where nothing is.</summary>
    public long StoredNext { get; init; } = -1;

    /// <summary>Why nothing can be said of it; null where it can be compared.</summary>
    public string? Uncheckable { get; init; }
}
