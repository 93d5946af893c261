using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;

namespace Heliostat.Mirroring.Flows;

/// <summary>What a flow counts over all its lives.</summary>
internal sealed class FlowTotals
{
    /// <summary>What its lanes delivered.</summary>
    public LaneBook Lanes { get; } = new();

    /// <summary>What was lost.</summary>
    public LossCounts Losses { get; } = new();
}
