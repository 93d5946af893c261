using Heliostat.Mirroring.Planning.Drift;

namespace Heliostat.Output;

/// <summary>What <c>heliostat diff --json</c> prints.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Flows">In what the target of each flow is otherwise.</param>
internal sealed record DriftFile(string File, IReadOnlyList<FlowDrift> Flows)
{
    /// <summary>How many things are otherwise, in all flows.</summary>
    public int Differences => Flows.Sum(flow => flow.Differences.Count);

    /// <summary>How many things a cluster did not tell.</summary>
    public int Untold => Flows.Sum(flow => flow.NotCompared.Count(one => !one.IsChosen));
}
