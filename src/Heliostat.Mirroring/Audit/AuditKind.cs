namespace Heliostat.Mirroring.Audit;

/// <summary>What an audit found to be otherwise than it should.</summary>
public enum AuditKind
{
    /// <summary>On the source, not on the target.</summary>
    Missing,

    /// <summary>On the target once more.</summary>
    Duplicate,

    /// <summary>On the target, and never on the source.</summary>
    Foreign,

    /// <summary>On both sides, in another order.</summary>
    Reordered,

    /// <summary>In its place, with other content.</summary>
    Differs,

    /// <summary>In its place, with another timestamp.</summary>
    Timestamp,

    /// <summary>A batch that does not match its own checksum: what is stored was damaged.</summary>
    Damaged,
}
