namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>In what the target of a flow is not as the flow would have it, but for records.</summary>
/// <param name="Flow">The flow as the file names it.</param>
/// <param name="Topics">How many topics were compared.</param>
/// <param name="Differences">By kind and name.</param>
/// <param name="NotCompared">What was left out.</param>
public sealed record FlowDrift(string Flow, int Topics, IReadOnlyList<Difference> Differences, IReadOnlyList<NotCompared> NotCompared);
