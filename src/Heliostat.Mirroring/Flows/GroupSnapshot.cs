namespace Heliostat.Mirroring.Flows;

/// <summary>Where a followed group of the source would go on on the target, as its last checkpoints say.</summary>
/// <param name="Group">Its id.</param>
/// <param name="Positions">In each partition, by topic and partition.</param>
public sealed record GroupSnapshot(string Group, IReadOnlyList<FollowedPosition> Positions);
