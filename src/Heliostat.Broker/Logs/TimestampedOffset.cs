namespace Heliostat.Broker.Logs;

/// <summary>A record found by time: -1 and -1 when there is none.</summary>
internal readonly record struct TimestampedOffset(long Timestamp, long Offset, int LeaderEpoch)
{
    public static readonly TimestampedOffset None = new(-1, -1, -1);
}
