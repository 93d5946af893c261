using Heliostat.Client;

namespace Heliostat.Mirroring.Pump;

/// <summary>One lane at one moment; <paramref name="SourceEnd"/> is -1 while it is not known.</summary>
internal readonly record struct LaneSnapshot(TopicPartition Source, LaneStatus Status, LanePause? Pause, long Position, long SourceEnd)
{
    /// <summary>For whose transaction on the source it waits; null while it does not, or not for long.</summary>
    public LanePause? Hold { get; init; }

    /// <summary>Why it stands still, whosever fault it is; null while it moves or could.</summary>
    public LanePause? StandsFor => Pause ?? Hold;

    /// <summary>Offsets not yet on the target; null when the source's end is not known.</summary>
    public long? Lag => SourceEnd < 0 ? null : Math.Max(0, SourceEnd - Position);
}
