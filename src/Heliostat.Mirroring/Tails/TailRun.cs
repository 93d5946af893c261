namespace Heliostat.Mirroring.Tails;

/// <summary>
/// A fact: <paramref name="Count"/> records without a hole stand at these offsets. Where <paramref name="IsAfterUnknown"/>, what was
/// mirrored right before is not known.
/// </summary>
internal readonly record struct TailRun(long Source, long Target, long Count, bool IsAfterUnknown);
