namespace Heliostat.Status;

/// <summary>What the background audit knows of a lane.</summary>
internal sealed record AuditedLaneDocument
{
    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required string TargetTopic { get; init; }

    /// <summary>The first source offset that was compared.</summary>
    public required long From { get; init; }

    /// <summary>The source offset up to which it was compared.</summary>
    public required long To { get; init; }

    /// <summary>The first target offset that was compared.</summary>
    public required long TargetFrom { get; init; }

    /// <summary>The target offset up to which it was compared.</summary>
    public required long TargetTo { get; init; }

    /// <summary>Records that are the same on both sides.</summary>
    public required long Records { get; init; }

    /// <summary>Records of which one side is gone by compaction or retention.</summary>
    public required long Gone { get; init; }

    /// <summary>Records in findings, by kind.</summary>
    public required IReadOnlyDictionary<string, long> Found { get; init; }

    /// <summary>The newest findings.</summary>
    public required IReadOnlyList<AuditFindingDocument> Findings { get; init; }

    /// <summary>What could not be compared, and why.</summary>
    public required IReadOnlyList<string> Unverifiable { get; init; }
}

/// <summary>Adjacent records of which the same is wrong.</summary>
/// <param name="Kind">missing, duplicate, foreign, reordered, differs, timestamp, damaged.</param>
/// <param name="Source">The first one's source offset; -1 where it has none.</param>
/// <param name="Target">The first one's target offset; -1 where it has none.</param>
/// <param name="Records">How many.</param>
internal sealed record AuditFindingDocument(string Kind, long Source, long Target, long Records);
