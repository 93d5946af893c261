namespace Heliostat.Testing.RealKafka;

/// <summary>How a topic is read back.</summary>
public sealed record ReadOptions
{
    /// <summary>Also what aborted and unfinished transactions wrote.</summary>
    public bool Uncommitted { get; init; }

    /// <summary>Return the records themselves, not only their hashes.</summary>
    public bool Records { get; init; }

    /// <summary>Leave out records that are like an earlier one of the partition, and count them.</summary>
    public bool Dedupe { get; init; }

    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(1);
}
