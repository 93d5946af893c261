namespace Heliostat.Mirroring.Flows;

/// <summary>How a mirror ended.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Failure">For <see cref="MirrorEnd.Failed"/>: side, thing and cause in one line; otherwise null.</param>
public sealed record MirrorOutcome(MirrorEnd End, string? Failure = null);
