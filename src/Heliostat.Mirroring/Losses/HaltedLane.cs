namespace Heliostat.Mirroring.Losses;

/// <summary>A lane that stands still until somebody says how to go on.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">The partition on the source.</param>
public sealed record HaltedLane(string Topic, int Partition)
{
    /// <summary>What halted it, in the words of <c>heliostat.on.&lt;kind&gt;</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The next source offset to mirror, when it halted.</summary>
    public required long Position { get; init; }

    /// <summary>
    /// The source offset at which nothing would be lost any more: where both histories part, or the new log's start; null if that is not
    /// known.
    /// </summary>
    public long? Divergence { get; init; }

    /// <summary>What happened, and how to go on.</summary>
    public required string Cause { get; init; }

    /// <summary>Where somebody decided that it goes on; the flow has not done so yet.</summary>
    public long? ResumeAt { get; init; }
}
