using Heliostat.Mirroring.Losses;

namespace Heliostat.Mirroring.Planning;

/// <summary>Where a flow stands as the clusters have it, whether or not anything runs.</summary>
/// <param name="Flow">The flow as the file names it.</param>
/// <param name="Lanes">Each partition whose position is stored, by topic and partition.</param>
/// <param name="Halted">Lanes that stand still until somebody says how to go on.</param>
public sealed record FlowStand(string Flow, IReadOnlyList<LaneStored> Lanes, IReadOnlyList<HaltedLane> Halted);
