namespace Heliostat.Configuration.Options;

/// <summary>What a dialect of files and options was translated into.</summary>
/// <param name="Options">The mirror that was asked for.</param>
/// <param name="Warnings">What the user wrote and what does not do what it says.</param>
/// <param name="Notices">What the user did not write and should know.</param>
public sealed record MirrorConfiguration(
    MirrorOptions Options, IReadOnlyList<ConfigurationProblem> Warnings, IReadOnlyList<ConfigurationProblem> Notices);
