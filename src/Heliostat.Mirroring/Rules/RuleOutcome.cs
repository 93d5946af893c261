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

    /// <summary>What a rule needs to know of it is being asked for; <see cref="RuleScratch.Why"/> says so. The lane comes again.</summary>
    NotYet,

    /// <summary>It is not what a rule takes; <see cref="RuleScratch.Why"/> says so.</summary>
    Failed,
}
