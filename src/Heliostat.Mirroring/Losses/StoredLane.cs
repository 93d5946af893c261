using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>A lane that is to go on where it was.</summary>
/// <param name="Position">Where that is.</param>
/// <param name="Target">Its place on the target; null where its records are placed by key, in all of the topic's partitions.</param>
/// <param name="TargetTopic">The topic that its records go to.</param>
internal sealed record StoredLane(LanePosition Position, TopicPartition? Target, string TargetTopic)
{
    /// <summary>The source offset of the first mirrored record at or after a target offset, exactly; null where that is not known.</summary>
    public Func<long, long?> ToSource { get; init; } = static _ => null;
}
