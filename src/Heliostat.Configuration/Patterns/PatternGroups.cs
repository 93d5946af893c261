namespace Heliostat.Configuration.Patterns;

/// <summary>The groups of a pattern that capture, as Java counts them.</summary>
/// <param name="Count">How many; they are numbered from 1.</param>
/// <param name="Names">The numbers of those that have names.</param>
internal sealed record PatternGroups(int Count, IReadOnlyDictionary<string, int> Names);
