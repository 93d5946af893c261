using Heliostat.Mirroring.Lanes;

namespace Heliostat.Mirroring.Flows;

/// <summary>How a mirror ended.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Failure">For <see cref="MirrorEnd.Failed"/>: side, thing and cause in one line; otherwise null.</param>
public sealed record MirrorOutcome(MirrorEnd End, string? Failure = null)
{
    /// <summary>Lanes that stood still at the end until somebody says how to go on.</summary>
    public IReadOnlyList<PausedLane> Halted { get; init; } = [];

    /// <summary>Flows that did not run when they were stopped, each with why.</summary>
    public IReadOnlyList<string> Idle { get; init; } = [];

    /// <summary>At most so many records are mirrored again at the next start, as their positions could not be stored.</summary>
    public long Repeats { get; init; }
}
