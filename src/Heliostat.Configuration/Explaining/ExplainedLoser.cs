namespace Heliostat.Configuration.Explaining;

/// <summary>A spelling of a setting that lost to another one.</summary>
/// <param name="WrittenAs">The key as it was written.</param>
/// <param name="Line">The line it was written in.</param>
/// <param name="Value">What it says; secrets are hidden.</param>
public sealed record ExplainedLoser(string WrittenAs, int Line, string Value);
