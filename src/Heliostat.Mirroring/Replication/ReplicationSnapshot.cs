using Heliostat.Mirroring.Flows;

namespace Heliostat.Mirroring.Replication;

/// <summary>All flows of a process at one moment.</summary>
/// <param name="Flows">Each flow.</param>
/// <param name="Total">Their lanes together.</param>
public sealed record ReplicationSnapshot(IReadOnlyList<FlowSnapshot> Flows, MirrorSnapshot Total);
