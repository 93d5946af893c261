namespace Heliostat.Mirroring.Audit;

/// <summary>Two offsets that belong together: what the lane mirrored from the one on stands on the target from the other on.</summary>
internal readonly record struct AuditStart(long Source, long Target);
