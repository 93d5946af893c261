namespace Heliostat.Mirroring.Flows;

/// <summary>All flows of a process at one moment.</summary>
/// <param name="Flows">Each flow.</param>
/// <param name="Total">Their lanes together.</param>
public sealed record EngineSnapshot(IReadOnlyList<FlowSnapshot> Flows, MirrorSnapshot Total);
