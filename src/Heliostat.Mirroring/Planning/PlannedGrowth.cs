namespace Heliostat.Mirroring.Planning;

/// <summary>A topic that would get more partitions.</summary>
/// <param name="Remote">Its name on the target.</param>
/// <param name="From">How many it has.</param>
/// <param name="To">How many it would have, as the source has.</param>
/// <param name="Refusal">Why the target would not; null where it would.</param>
public sealed record PlannedGrowth(string Remote, int From, int To, string? Refusal);
