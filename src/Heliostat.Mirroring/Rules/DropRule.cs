namespace Heliostat.Mirroring.Rules;

/// <summary>The record is left out.</summary>
internal sealed class DropRule : RecordRule
{
    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch) => RuleOutcome.Dropped;
}
