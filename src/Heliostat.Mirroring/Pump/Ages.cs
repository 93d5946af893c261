namespace Heliostat.Mirroring.Pump;

/// <summary>How old records were, in milliseconds, over the last half to whole minute.</summary>
/// <param name="Last">The last one.</param>
/// <param name="Min">The youngest.</param>
/// <param name="Max">The oldest.</param>
/// <param name="Average">The mean.</param>
public sealed record Ages(double Last, double Min, double Max, double Average);
