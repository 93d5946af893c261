namespace Heliostat.Broker.Logs;

/// <summary>
/// An aborted transaction, from its first batch to its marker, and the last stable offset when the marker was written, which bounds the
/// search.
/// </summary>
internal readonly record struct AbortedTxn(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);
