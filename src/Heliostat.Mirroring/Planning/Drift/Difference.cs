namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>Something that the target lacks, or has otherwise than the source.</summary>
/// <param name="Kind">What of.</param>
/// <param name="Name">Which: a topic of the target, a rule, a group, a quota's entity, a user.</param>
/// <param name="What">Which part of it, or in which way; a part of a sentence.</param>
/// <param name="Source">The source's value; null where it has none.</param>
/// <param name="Target">The target's value; null where it has none.</param>
public sealed record Difference(DifferenceKind Kind, string Name, string What, string? Source, string? Target);
