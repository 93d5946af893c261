namespace Heliostat.Mirroring.Audit;

/// <summary>What kinds of findings are called.</summary>
public static class AuditKinds
{
    /// <summary>In one word of small letters, for machines.</summary>
    public static string Name(this AuditKind kind) => kind switch
    {
        AuditKind.Missing => "missing",
        AuditKind.Duplicate => "duplicate",
        AuditKind.Foreign => "foreign",
        AuditKind.Reordered => "reordered",
        AuditKind.Differs => "differs",
        AuditKind.Timestamp => "timestamp",
        _ => "damaged",
    };
}
