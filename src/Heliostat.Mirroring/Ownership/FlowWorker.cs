namespace Heliostat.Mirroring.Ownership;

/// <summary>A process that runs a flow, as the others know it.</summary>
/// <param name="Name">What they call it: its machine and its number there.</param>
/// <param name="Slots">The slots that it has or is to have.</param>
/// <param name="HasControl">It looks after what a flow has once: topics, configs, access rules, heartbeats.</param>
/// <param name="IsDrained">An operator wants it to have nothing.</param>
public sealed record FlowWorker(string Name, IReadOnlyList<int> Slots, bool HasControl, bool IsDrained);
