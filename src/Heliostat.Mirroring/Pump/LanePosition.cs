namespace Heliostat.Mirroring.Pump;

/// <summary>
/// The next source offset to mirror, and the leader epoch of the batch before it (-1 when unknown, KIP-320).
/// <paramref name="LastTargetOffset"/> is where on the target the last record before it stands, -1 when the target did not say.
/// </summary>
internal readonly record struct LanePosition(long Offset, int LeaderEpoch, long LastTargetOffset = -1)
{
    /// <summary>The logs that the offsets are of.</summary>
    public TopicIds Topics { get; init; }

    /// <summary>
    /// The lane was to begin there, on a target whose log was empty as far as is known, and nothing of it was acknowledged since.
    /// </summary>
    public bool IsUntouched => LeaderEpoch < 0 && LastTargetOffset < 0 && Topics.Source != Guid.Empty && Topics.Target == Guid.Empty;

    /// <summary>Where the target's log ended when it was seen to have lost what it had acknowledged; null where it was not.</summary>
    public long? TargetEnd { get; init; }

    /// <summary>
    /// The record at <see cref="LastTargetOffset"/> was committed in the transaction that stores this: whatever else stands there came
    /// after the target lost it.
    /// </summary>
    public bool IsCommitted { get; init; }
}
