using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Audit;

/// <summary>A lane of a running flow, and up to where it is mirrored.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="End">The offsets behind a record that is on both sides, as its position is stored.</param>
/// <param name="Topics">The two topics.</param>
internal sealed record AuditGoal(AuditLane Lane, AuditStart End, TopicIds Topics);
