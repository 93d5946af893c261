namespace Heliostat.Mirroring.Audit;

/// <summary>Adjacent records of which the same is wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="Source">The first one's source offset; -1 where it has none.</param>
/// <param name="Target">The first one's target offset; -1 where it has none.</param>
/// <param name="Count">How many.</param>
public sealed record AuditFinding(AuditKind Kind, long Source, long Target, long Count)
{
    /// <summary>Whether a record at these offsets, of the same kind, is the next of this finding.</summary>
    internal bool GoesOnWith(AuditKind kind, long source, long target) =>
        Kind == kind && kind is not AuditKind.Damaged && (Source < 0 ? source < 0 : source == Source + Count)
            && (Target < 0 ? target < 0 : target == Target + Count);
}
