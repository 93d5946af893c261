namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>Something that was not compared.</summary>
/// <param name="What">What.</param>
/// <param name="Why">Why not.</param>
/// <param name="IsChosen">The file says that it need not be the same, or there is none; otherwise a cluster does not tell it.</param>
public sealed record NotCompared(string What, string Why, bool IsChosen);
