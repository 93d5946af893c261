namespace Heliostat.Configuration.Explaining;

/// <summary>A flow with every setting of everyone in it.</summary>
/// <param name="Flow">The flow, <c>A->B</c>.</param>
/// <param name="Enabled">False when it only has heartbeats.</param>
/// <param name="Readers">The connectors' settings first, then those of the clients.</param>
public sealed record ExplainedFlow(string Flow, bool Enabled, IReadOnlyList<ExplainedReader> Readers);
