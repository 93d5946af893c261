namespace Heliostat.Mirroring.Audit;

/// <summary>What auditing a lane came to, in records.</summary>
public sealed record LaneCounts
{
    /// <summary>The same on both sides.</summary>
    public long Verified { get; init; }

    /// <summary>Of these, how many were verified as part of a whole batch, without opening it.</summary>
    public long VerifiedInBatches { get; init; }

    /// <summary>Gone from one side by compaction or retention: what the other side holds of them cannot be compared.</summary>
    public long Gone { get; init; }

    /// <summary>On the source behind the last record that the target holds: not mirrored yet, as far as anybody can tell.</summary>
    public long Behind { get; init; }

    /// <summary>Bytes read of both sides.</summary>
    public long Bytes { get; init; }
}
