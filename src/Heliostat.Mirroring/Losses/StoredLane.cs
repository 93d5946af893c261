using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>A lane that is to go on where it was.</summary>
/// <param name="Position">Where that is.</param>
/// <param name="Target">Its place on the target; null where its records are placed by key, in all of the topic's partitions.</param>
/// <param name="TargetTopic">The topic that its records go to.</param>
internal sealed record StoredLane(LanePosition Position, TopicPartition? Target, string TargetTopic)
{
    /// <summary>The position was stored in the transaction of its records: none that came after it is to be seen on the target.</summary>
    public bool IsWithRecords { get; init; }

    /// <summary>
    /// Whether the target's end says something of it: of what was lost there, or of what was mirrored since the lane began on a log that
    /// was empty.
    /// </summary>
    public bool WantsTargetEnd =>
        Target is not null && (Position.LastTargetOffset >= 0 || (Position is { LeaderEpoch: < 0 } && !IsWithRecords));

    /// <summary>
    /// The source offset of the first mirrored record at or after a target offset, exactly; null where that is not known.
    /// </summary>
    public Func<long, long?> ToSource { get; init; } = static _ => null;
}
