namespace Heliostat.Api;

/// <summary>What came of reading the file of a running mirror again.</summary>
/// <param name="Same">Flows that are as they were.</param>
/// <param name="Changed">Flows of which the file says otherwise.</param>
/// <param name="NeedsRestart">What takes a restart: flows that came or went, and settings of the process.</param>
internal sealed record ReloadDocument(int Same, IReadOnlyList<FlowChange> Changed, IReadOnlyList<string> NeedsRestart)
{
    /// <summary>Only asked for: nothing was done.</summary>
    public bool DryRun { get; init; }
}

/// <summary>A flow of which the file says otherwise.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Keys">The settings that are different; not their values.</param>
/// <param name="Taken">It goes on as the file says now; false where it does not run and takes a restart, or nothing was done.</param>
internal sealed record FlowChange(string Flow, IReadOnlyList<string> Keys, bool Taken);
