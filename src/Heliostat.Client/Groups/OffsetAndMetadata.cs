namespace Heliostat.Client.Groups;

/// <summary>
/// A committed offset: the next one to read, the epoch of the leader that served the record before it (-1 when unknown, KIP-320), and a
/// note.
/// </summary>
public readonly record struct OffsetAndMetadata(long Offset, int LeaderEpoch = -1, string Metadata = "");
