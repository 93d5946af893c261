namespace Heliostat.Mirroring.Rules;

/// <summary>One thing that is done to records. Immutable, and used by any number of threads, each with a scratch of its own.</summary>
internal abstract class RecordRule
{
    /// <summary>Does it to <paramref name="record"/>, which is not touched when it fails.</summary>
    public abstract RuleOutcome Apply(ref RecordView record, RuleScratch scratch);
}
