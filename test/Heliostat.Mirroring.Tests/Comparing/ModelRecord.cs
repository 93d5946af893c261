namespace Heliostat.Mirroring.Tests.Comparing;

/// <summary>A record of a model; <paramref name="Source"/> is where it stands on the source, -1 for what others wrote.</summary>
internal sealed record ModelRecord(long Timestamp, byte[]? Key, byte[]? Value, long Source = -1)
{
    public long Offset { get; init; } = -1;

    /// <summary>The value of a header; null for no header.</summary>
    public byte[]? Header { get; init; }
}
