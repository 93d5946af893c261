namespace Heliostat.Mirroring.Planning;

/// <summary>Something that works otherwise than one might think.</summary>
/// <param name="What">What happens.</param>
/// <param name="Topics">The topics that it concerns, with what matters of each; none when it concerns the whole flow.</param>
public sealed record PlannedHazard(string What, IReadOnlyList<string> Topics);
