namespace Heliostat.Mirroring.Troubles;

/// <summary>Whose a trouble is.</summary>
public enum TroubleSide
{
    /// <summary>The mirror's, its configuration's, or nobody knows whose.</summary>
    Us,

    /// <summary>The source's: its brokers, its logs, or the way to them.</summary>
    Source,

    /// <summary>The target's.</summary>
    Target,
}
