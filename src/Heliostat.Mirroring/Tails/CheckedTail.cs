namespace Heliostat.Mirroring.Tails;

/// <summary>A lane whose tail was looked at.</summary>
/// <param name="Lane">Which.</param>
/// <param name="Outcome">What that came to; null where it could not be done now.</param>
/// <param name="End">The end of the target's log.</param>
/// <param name="Trouble">Why it does not go on now; null where it does.</param>
internal sealed record CheckedTail(TailLane Lane, TailOutcome? Outcome, long End, string? Trouble);
