using Heliostat.Mirroring.Planning;

namespace Heliostat.Output;

/// <summary>What <c>heliostat plan</c> prints.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Flows">What each flow would do.</param>
/// <param name="BytesPerSecond">The rate that times are estimated with: stated, not measured.</param>
internal sealed record PlannedFile(string File, IReadOnlyList<FlowPlan> Flows, long BytesPerSecond)
{
    /// <summary>How many things the clusters would refuse, in all flows.</summary>
    public int Refusals => Flows.Sum(flow => flow.Refusals.Count);
}
