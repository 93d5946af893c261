namespace Heliostat.Status;

/// <summary>How a mirror does: all that a first look needs.</summary>
internal sealed record StatusDocument
{
    /// <summary>How it is, for people.</summary>
    public required string Sentence { get; init; }

    public required Health Health { get; init; }

    /// <summary>When it was looked at.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Version { get; init; }

    /// <summary>When the process started; null where none runs, and the clusters were asked.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public required IReadOnlyList<FlowDocument> Flows { get; init; }

    /// <summary>
    /// What does not get on, by flow and cause: what stands still until somebody acts, what does and is tried again, what goes on without
    /// something.
    /// </summary>
    public required IReadOnlyList<TroubleDocument> Troubles { get; init; }

    public MemoryDocument? Memory { get; init; }
}

/// <summary>The memory between the clusters.</summary>
/// <param name="BudgetBytes">The most that may be held; reading stops when it is used up.</param>
/// <param name="UsedBytes">What is held.</param>
internal sealed record MemoryDocument(long BudgetBytes, long UsedBytes);

/// <summary>Lanes that stand still for one cause.</summary>
/// <param name="Flow">Whose they are.</param>
/// <param name="State">What they do: paused (tried again), failed (until somebody acts), waiting; or where it is the flow's own trouble:
/// troubled while it runs, else the state of the flow.</param>
/// <param name="Cause">Why.</param>
/// <param name="Lanes">How many; 0 where it is the flow's own.</param>
/// <param name="Partitions">The first of them, <c>orders-3</c>.</param>
/// <param name="RetryAt">When the first of them is tried again; null where it is not.</param>
internal sealed record TroubleDocument(string Flow, string State, string Cause, int Lanes, IReadOnlyList<string> Partitions,
    DateTimeOffset? RetryAt)
{
    /// <summary>What it is, in the words of docs/troubles.md; null where only a sentence is known.</summary>
    public string? Kind { get; init; }

    /// <summary>Since when the first of them does; null where nobody noted it.</summary>
    public DateTimeOffset? Since { get; init; }
}
