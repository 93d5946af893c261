namespace Heliostat.Mirroring.Rules;

/// <summary>What rules made of a record.</summary>
internal enum RuleOutcome
{
    /// <summary>It is as it was.</summary>
    Kept,

    /// <summary>It is another one.</summary>
    Changed,

    /// <summary>It is left out.</summary>
    Dropped,

    /// <summary>Records came out of it, each with a place of its own; <see cref="RuleScratch.Several"/> has them.</summary>
    Several,

    /// <summary>What a rule needs to know of it is being asked for; <see cref="RuleScratch.Why"/> says so. The lane comes again.</summary>
    NotYet,

    /// <summary>It is not what a rule takes; <see cref="RuleScratch.Why"/> says so.</summary>
    Failed,
}
