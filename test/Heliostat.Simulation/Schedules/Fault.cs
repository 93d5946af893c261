using System.Globalization;

namespace Heliostat.Simulation.Schedules;

/// <summary>One thing that happens to the world.</summary>
/// <param name="At">When, since the start.</param>
/// <param name="Kind">What.</param>
/// <param name="OnTarget">To which cluster, where it is one's.</param>
/// <param name="For">How long it lasts, where it does.</param>
/// <param name="Choice">Chooses among what is there then: which connection, partition, broker, API.</param>
internal sealed record Fault(TimeSpan At, FaultKind Kind, bool OnTarget, TimeSpan For, int Choice)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{At.TotalSeconds:0.000} s {Kind} {(OnTarget ? "target" : "source")} for {For.TotalSeconds:0.000} s #{Choice}");
}
