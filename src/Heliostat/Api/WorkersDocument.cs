namespace Heliostat.Api;

/// <summary>The processes that share a flow.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Slots">Shares of its lanes that there are.</param>
/// <param name="Workers">By name; none where no process runs it, or it may not be shared.</param>
internal sealed record WorkersDocument(string Flow, int Slots, IReadOnlyList<SharingWorker> Workers);

/// <summary>One of them.</summary>
/// <param name="Worker">What the others call it, <c>HOST/PROCESS</c>.</param>
/// <param name="Slots">Shares that it has, or is to have.</param>
/// <param name="HasControl">It looks after what a flow has once: topics, configs, access rules, heartbeats.</param>
/// <param name="Drained">An operator wants it to have nothing.</param>
internal sealed record SharingWorker(string Worker, IReadOnlyList<int> Slots, bool HasControl, bool Drained);

/// <summary>What was said of them because somebody asked for it, or would be: they do it within seconds.</summary>
/// <param name="Action">drain, undrain, move, rebalance.</param>
/// <param name="Flow">The flow.</param>
/// <param name="Worker">The worker; absent where it is about all.</param>
internal sealed record WorkerActionDocument(string Action, string Flow, string? Worker)
{
    /// <summary>The slots that move; absent where that was not asked.</summary>
    public IReadOnlyList<int>? Slots { get; init; }

    /// <summary>Only asked for: nothing was said.</summary>
    public bool DryRun { get; init; }

    public string? Reason { get; init; }
}
