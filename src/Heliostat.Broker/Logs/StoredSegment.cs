namespace Heliostat.Broker.Logs;

/// <summary>A segment that was kept from an earlier run.</summary>
internal readonly record struct StoredSegment(long BaseOffset, ISegmentBytes Bytes);
