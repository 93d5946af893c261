namespace Heliostat.Mirroring.Comparing;

/// <summary>A record as it is compared: where it stands, and what of it must be equal on both sides.</summary>
/// <param name="Offset">In its own log.</param>
/// <param name="Timestamp">Milliseconds since the epoch, as consumers see it.</param>
/// <param name="Print">Of key, value and headers (<see cref="RecordPrints"/>).</param>
/// <param name="Hole">How many offsets right before it are gone from its log: compaction or retention took them. Control batches and
/// aborted records do not count.</param>
/// <param name="IsStamped">The broker wrote its own time over the record's.</param>
internal readonly record struct LogRecord(long Offset, long Timestamp, UInt128 Print, long Hole, bool IsStamped)
{
    /// <summary>
    /// Whether this record of a source and <paramref name="mirrored"/> of its target are the same; where the target stamps its time,
    /// timestamps say nothing.
    /// </summary>
    public bool IsSameAs(in LogRecord mirrored) => Print == mirrored.Print && (mirrored.IsStamped || Timestamp == mirrored.Timestamp);
}
