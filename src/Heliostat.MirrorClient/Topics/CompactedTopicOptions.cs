namespace Heliostat.MirrorClient.Topics;

/// <summary>How a <see cref="CompactedTopicReader"/> reads.</summary>
internal sealed record CompactedTopicOptions
{
    /// <summary>The partitions to read; null reads those that the topic has at the start.</summary>
    public IReadOnlyList<int>? Partitions { get; init; }

    /// <summary>Whether records of open and aborted transactions are delivered.</summary>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.ReadCommitted;

    /// <summary>How much of a partition is fetched at a time; a larger batch still comes whole.</summary>
    public int MaxPartitionBytes { get; init; } = 1024 * 1024;
}
