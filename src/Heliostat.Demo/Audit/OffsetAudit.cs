namespace Heliostat.Demo.Audit;

/// <summary>
/// Translated offsets of the group: those at which a reader of the target gets what one of the source gets, and the others.
/// </summary>
internal readonly record struct OffsetAudit(int Right, int Wrong);
