using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Worlds;

namespace Heliostat.Simulation.Running;

/// <summary>How a run ended.</summary>
/// <param name="Schedule">What was run.</param>
/// <param name="Failure">What was wrong, in words; null: nothing.</param>
/// <param name="Found">What stood on the target at the end; nothing when the run broke down.</param>
/// <param name="IsWhole">No log lost, deleted or forgot anything.</param>
/// <param name="Simulated">How much time of the simulation it took.</param>
/// <param name="Log">The last things that happened.</param>
internal sealed record RunResult(Schedule Schedule, string? Failure, Comparison Found, bool IsWhole, TimeSpan Simulated,
    IReadOnlyCollection<string> Log);
