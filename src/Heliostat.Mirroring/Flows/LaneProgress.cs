using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Flows;

/// <summary>One lane at one moment, for status pages.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">The partition on the source.</param>
/// <param name="State">What it does.</param>
public sealed record LaneProgress(string Topic, int Partition, LaneState State)
{
    /// <summary>The topic on the target; null while it is not known.</summary>
    public string? TargetTopic { get; init; }

    /// <summary>
    /// The next source offset to mirror: everything before it is on the target, or was rightly left out. Null of a lane that was not open
    /// yet.
    /// </summary>
    public long? Position { get; init; }

    /// <summary>The end of the source, of a lane that is not open as it was last seen; null while it is not known.</summary>
    public long? SourceEnd { get; init; }

    /// <summary>Offsets that were taken in and that the target has not acknowledged; 0 of a lane that is not open.</summary>
    public long InFlight { get; init; }

    /// <summary>Records that the target acknowledged since the process started.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of record batches that the target acknowledged since the process started.</summary>
    public long Bytes { get; init; }

    /// <summary>Record batches that the target acknowledged since the process started.</summary>
    public long Batches { get; init; }

    /// <summary>
    /// Records that were left out as was asked for (<c>transforms</c>, <c>heliostat.records.*</c>, <c>heliostat.provenance</c>) since the
    /// process started.
    /// </summary>
    public long LeftOut { get; init; }

    /// <summary>How many batches were opened and built anew since the process started, by why; all others went as they were.</summary>
    public IReadOnlyDictionary<OpenReason, long> Opened { get; init; } = OpenedBatches.None;

    /// <summary>Why it stands still; null while it moves or could.</summary>
    public PausedLane? Paused { get; init; }

    /// <summary>What keeps it; null while it moves or could.</summary>
    public Trouble? Trouble => Paused?.Trouble;

    /// <summary>An operator wants it, or its flow, to stand still; apart from what is wrong with it.</summary>
    public bool IsPaused { get; init; }

    /// <summary>
    /// When what is to be mirrored next is old enough (<c>heliostat.delay</c>), or a window opens (<c>heliostat.window</c>); null while the
    /// lane does not wait for that. No trouble, and lag counts meanwhile.
    /// </summary>
    public DateTimeOffset? DelayedUntil { get; init; }

    /// <summary>It has taken in all that it is to mirror (<c>heliostat.until</c>): what the source has behind that is no lag.</summary>
    public bool HasEnded { get; init; }

    /// <summary>
    /// Whether offsets are the same on both sides, as it was last seen; null where that was not asked for, or the lane was never open.
    /// </summary>
    public LaneEquality? Equality { get; init; }

    /// <summary>Offsets that are being filled on the target, where that takes longer than a moment; null where none are.</summary>
    public LaneFilling? Filling { get; init; }

    /// <summary>Whether they are, in a word; null where that was not asked for, or is not known.</summary>
    public bool? IsEqual => Trouble?.Kind == TroubleKind.NotEqual ? false : Equality is null ? null : Equality.BrokenAt is null;

    /// <summary>Offsets not yet on the target; null while that is not known.</summary>
    public long? Lag => SourceEnd is { } end && Position is { } position ? Math.Max(0, end - position) : null;

    /// <summary>
    /// Since when the source has what is to be mirrored next, by our own clock; what was there before this process looked is at least as
    /// old as that look, or as the record that was mirrored last says. Null where nothing is behind, or that is not known.
    /// </summary>
    public DateTimeOffset? BehindSince { get; init; }

    /// <summary>
    /// When the source is expected to delete what is to be mirrored next, by <c>retention.ms</c> of its topic, or by how its log start
    /// moves; null where nothing is behind, or nobody can tell.
    /// </summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>How old records were when they were taken in; null where none were for a while.</summary>
    public Ages? RecordAges { get; init; }

    /// <summary>How old records were when the target acknowledged them; null where none were for a while.</summary>
    public Ages? ReplicationAges { get; init; }

    /// <summary>
    /// How long what is to be mirrored next has waited, in seconds: 0 where nothing is behind, null where that is not known.
    /// </summary>
    public double? LagSeconds(DateTimeOffset at) => BehindSince is { } since ? Math.Max(0, (at - since).TotalSeconds) : Lag == 0 ? 0 : null;
}
