namespace Heliostat.Testing.Processes;

/// <summary>How a run of the program ended.</summary>
public sealed record HeliostatOutcome(int ExitCode, string Output, string Errors);
