using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Registries;

namespace Heliostat.Mirroring.Flows;

/// <summary>What a flow counts over all its lives, and what bounds it.</summary>
internal sealed class FlowTotals
{
    /// <summary>What its lanes delivered.</summary>
    public LaneBook Lanes { get; } = new();

    /// <summary>What an operator lets it take.</summary>
    public Throttles Throttles { get; } = new();

    /// <summary>What was lost.</summary>
    public LossCounts Losses { get; } = new();

    /// <summary>How the schemas of its records stand.</summary>
    public SchemaTotals Schemas { get; } = new();

    /// <summary>What its background audit found, in whichever process.</summary>
    public AuditBook Audits { get; } = new();
}
