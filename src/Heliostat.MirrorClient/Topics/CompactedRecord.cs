namespace Heliostat.MirrorClient.Topics;

/// <summary>One record that a <see cref="CompactedTopicReader"/> read; a null value deletes its key.</summary>
/// <param name="Partition">The partition it lies in.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="Timestamp">Its time, in milliseconds since the epoch.</param>
/// <param name="Key">The key, or null.</param>
/// <param name="Value">The value, or null.</param>
internal readonly record struct CompactedRecord(int Partition, long Offset, long Timestamp, byte[]? Key, byte[]? Value);
