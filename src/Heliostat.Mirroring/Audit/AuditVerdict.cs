namespace Heliostat.Mirroring.Audit;

/// <summary>What an audit says of a lane, or of all.</summary>
public enum AuditVerdict
{
    /// <summary>Everything that is there was compared and is the same.</summary>
    Equal,

    /// <summary>What could be compared is the same; some could not be.</summary>
    Unverifiable,

    /// <summary>Something is otherwise.</summary>
    Different,
}
