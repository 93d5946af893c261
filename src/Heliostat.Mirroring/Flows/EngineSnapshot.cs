namespace Heliostat.Mirroring.Flows;

/// <summary>All flows of a process at one moment.</summary>
/// <param name="Flows">Each flow.</param>
/// <param name="Total">Their lanes together.</param>
public sealed record EngineSnapshot(IReadOnlyList<FlowSnapshot> Flows, MirrorSnapshot Total)
{
    /// <summary>The most bytes that may be held in frames between the clusters.</summary>
    public long MemoryBudgetBytes { get; init; }

    /// <summary>Bytes held in frames now.</summary>
    public long MemoryUsedBytes { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset At { get; init; }
}
