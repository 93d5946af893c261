namespace Heliostat.Configuration.Options;

/// <summary>What a dialect of one flow was translated into.</summary>
/// <param name="Flow">The flow that was asked for.</param>
/// <param name="MemoryBudgetBytes">The most bytes held in frames between the two clusters.</param>
/// <param name="Warnings">What the user wrote and what does not do what it says.</param>
/// <param name="Notices">What the user did not write and should know.</param>
public sealed record MirrorConfiguration(
    FlowOptions Flow, long MemoryBudgetBytes, IReadOnlyList<ConfigurationProblem> Warnings, IReadOnlyList<ConfigurationProblem> Notices);
