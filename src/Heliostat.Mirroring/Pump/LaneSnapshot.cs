using Heliostat.Client;

namespace Heliostat.Mirroring.Pump;

/// <summary>One lane at one moment; <paramref name="SourceEnd"/> is -1 until the source has told it.</summary>
internal readonly record struct LaneSnapshot(TopicPartition Source, LaneStatus Status, LanePause? Pause, long Position, long SourceEnd)
{
    /// <summary>Offsets not yet on the target; null when the source's end is not known.</summary>
    public long? Lag => SourceEnd < 0 ? null : Math.Max(0, SourceEnd - Position);
}
