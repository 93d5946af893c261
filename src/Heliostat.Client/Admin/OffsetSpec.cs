namespace Heliostat.Client.Admin;

/// <summary>Places in a log that ListOffsets knows by a negative timestamp.</summary>
public static class OffsetSpec
{
    /// <summary>The end: the high watermark, or the last stable offset with read_committed.</summary>
    public const long Latest = -1;

    /// <summary>The log start.</summary>
    public const long Earliest = -2;

    /// <summary>The record with the greatest timestamp (KIP-734; brokers before 3.0 do not know it).</summary>
    public const long MaxTimestamp = -3;
}
