namespace Heliostat.Configuration.Options;

/// <summary>What the flows of a process share.</summary>
public sealed record EngineOptions
{
    /// <summary>The most bytes held in frames between the clusters; reading stops when they are used up.</summary>
    public long MemoryBudgetBytes { get; init; } = MemoryBudget.DefaultBytes;

    /// <summary>
    /// How long a graceful stop may take: half of it for the last acknowledgements, the rest to store positions and to leave groups.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What other processes that run the same flows call this one; null for host and process id.</summary>
    public string? Worker { get; init; }

    /// <summary>Flows of MirrorMaker 2's way end when all their lanes have (<see cref="FlowOptions.UntilEnd"/>).</summary>
    public bool UntilEnd { get; init; }

    /// <summary>Keep in memory where each record stands on the target, where no topic does.</summary>
    public bool KeepsOffsets { get; init; }
}
