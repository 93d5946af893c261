namespace Heliostat.Configuration.Explaining;

/// <summary>One reader of settings in a flow: the flow's own, its worker or one of its clients.</summary>
/// <param name="Name">The reader, in words.</param>
/// <param name="Settings">All settings it knows, by name.</param>
public sealed record ExplainedReader(string Name, IReadOnlyList<ExplainedSetting> Settings);
