namespace Heliostat.MirrorClient.Topics;

/// <summary>How a <see cref="CompactedTopicReader"/> reads.</summary>
internal sealed record CompactedTopicOptions
{
    /// <summary>The partitions to read; null reads those that the topic has at the start.</summary>
    public IReadOnlyList<int>? Partitions { get; init; }

    /// <summary>Whether records of open and aborted transactions are delivered.</summary>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.ReadCommitted;

    /// <summary>
    /// With read_committed: what is read to its end is all that was committed by then, also behind transactions that are open; these are
    /// waited for.
    /// </summary>
    public bool AwaitsTransactions { get; init; }

    /// <summary>How much of a partition is fetched at a time; a larger batch still comes whole.</summary>
    public int MaxPartitionBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a broker may hold a fetch that finds nothing new.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(500);
}
