using Heliostat.MirrorClient.OffsetMaps;

namespace Heliostat.Mirroring.Planning;

/// <summary>A group's place in one partition, on both sides of a flow.</summary>
public sealed record GroupPosition
{
    public required string Group { get; init; }

    /// <summary>The topic on the source.</summary>
    public required string Topic { get; init; }

    public required int Partition { get; init; }

    /// <summary>What the group has committed on the source.</summary>
    public required long SourceOffset { get; init; }

    /// <summary>Offsets between that and the end of the source's partition; null where the end is not known.</summary>
    public long? SourceLag { get; init; }

    /// <summary>The topic on the target.</summary>
    public required string TargetTopic { get; init; }

    /// <summary>Where the group goes on on the target; null where that is not known.</summary>
    public long? TargetOffset { get; init; }

    /// <summary>How well <see cref="TargetOffset"/> is known.</summary>
    public TranslationPrecision? Precision { get; init; }

    /// <summary>What is committed for the group on the target now; null where nothing is.</summary>
    public long? Written { get; init; }

    /// <summary>Offsets between <see cref="TargetOffset"/> and the end of the target's partition; null where either is not known.</summary>
    public long? TargetLag { get; init; }

    /// <summary>The downstream offset of the newest checkpoint; null where there is none.</summary>
    public long? Checkpoint { get; init; }

    /// <summary>
    /// Whether the partition keeps its offsets, such as <c>equal since 0</c>; null where nobody asked for that, or nothing is mirrored yet.
    /// </summary>
    public string? Equality { get; init; }

    /// <summary>
    /// Why what is written is not what would be exact, and what there is to know besides; null when all is as it should be.
    /// </summary>
    public string? Note { get; init; }
}
