namespace Heliostat.Mirroring.Groups;

/// <summary>How long the last checkpoint of a group in one partition took.</summary>
/// <param name="Group">The group's id.</param>
/// <param name="TargetTopic">The topic on the target.</param>
/// <param name="Partition">The partition, of the source as of the target.</param>
/// <param name="Took">From when the group's offset was read to when the topic of checkpoints had it.</param>
public sealed record CheckpointTime(string Group, string TargetTopic, int Partition, TimeSpan Took);
