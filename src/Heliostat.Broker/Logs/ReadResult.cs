namespace Heliostat.Broker.Logs;

/// <summary>Batches of a log from an offset on, and the log's marks at that moment.</summary>
/// <param name="Error">Why there is nothing.</param>
/// <param name="Records">The batches, the last of which may be cut off.</param>
/// <param name="HasMore">Whether more would have been allowed, but lies elsewhere: a fetch must not wait for it.</param>
/// <param name="HighWatermark">The end of what is replicated.</param>
/// <param name="LastStableOffset">The end of what no open transaction can take back.</param>
/// <param name="LogStartOffset">The first offset of the log.</param>
internal readonly record struct ReadResult(
    ErrorCode Error, LogSlice Records, bool HasMore, long HighWatermark, long LastStableOffset, long LogStartOffset);
