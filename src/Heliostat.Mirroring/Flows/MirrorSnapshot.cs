using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>What a mirror is doing at one moment, for progress lines and status pages.</summary>
public sealed record MirrorSnapshot
{
    /// <summary>A mirror that has not started.</summary>
    public static MirrorSnapshot Empty { get; } = new();

    /// <summary>Source partitions this process is responsible for.</summary>
    public int Lanes { get; init; }

    /// <summary>Lanes that are moving or ready to move.</summary>
    public int RunningLanes { get; init; }

    /// <summary>Records acknowledged by the target since the start.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of record batches acknowledged by the target since the start.</summary>
    public long Bytes { get; init; }

    /// <summary>Records per second over the last few seconds.</summary>
    public double RecordsPerSecond { get; init; }

    /// <summary>Bytes per second over the last few seconds.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>
    /// Offsets between the acknowledged positions and the source's end, over all lanes; null while that of any lane is not known.
    /// </summary>
    public long? LagRecords { get; init; }

    /// <summary>The part of <see cref="LagRecords"/> that is known: that of the lanes whose lag is.</summary>
    public long LagAtLeast { get; init; }

    /// <summary>An estimate of <see cref="LagRecords"/> in bytes; null when it cannot be given.</summary>
    public long? LagBytes { get; init; }

    /// <summary>Offsets without a record that lanes are filling on the target; null where none are.</summary>
    public LaneFilling? Filling { get; init; }

    /// <summary>Those of <see cref="Paused"/> that somebody must act for: nothing is tried again by itself.</summary>
    public int HaltedLanes => Paused.Count(lane => lane.RetryAt is null);

    /// <summary>Lanes that stand still, each with its cause.</summary>
    public IReadOnlyList<PausedLane> Paused { get; init; } = [];
}
