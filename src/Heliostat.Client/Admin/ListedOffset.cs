namespace Heliostat.Client.Admin;

/// <summary>What a partition's leader answered to ListOffsets.</summary>
/// <param name="ErrorCode">Why there is no answer, or <see cref="ErrorCode.None"/>.</param>
/// <param name="Offset">The offset; -1 when no record is that young.</param>
/// <param name="Timestamp">That record's timestamp in milliseconds; -1 when a place, not a time, was asked for, or the broker is older than
/// 0.10.1.</param>
/// <param name="LeaderEpoch">The epoch in which the record was written; -1 when unknown.</param>
public readonly record struct ListedOffset(ErrorCode ErrorCode, long Offset, long Timestamp, int LeaderEpoch);
