namespace Heliostat.Mirroring.Planning;

/// <summary>Topics whose records leave the pass path, as each of them is looked at.</summary>
/// <param name="Steps">What is done to them, in order: names of <c>transforms</c>, and settings of Heliostat's own.</param>
/// <param name="Topics">The topics, by their names on the source.</param>
public sealed record PlannedTransform(IReadOnlyList<string> Steps, IReadOnlyList<string> Topics);
