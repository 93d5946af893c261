namespace Heliostat.Mirroring.Flows;

/// <summary>Where a group stands in one partition.</summary>
/// <param name="TargetTopic">The topic on the target.</param>
/// <param name="Partition">The partition, of the source as of the target.</param>
/// <param name="SourceOffset">What it has committed on the source.</param>
/// <param name="TargetOffset">Where it would go on on the target.</param>
public sealed record FollowedPosition(string TargetTopic, int Partition, long SourceOffset, long TargetOffset);
