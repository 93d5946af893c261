using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>What a script of the file's makes of a record. Engines are not for several threads: each scratch has its own.</summary>
internal sealed class ScriptRule(RecordScript script, string topic, int partition) : RecordRule
{
    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch) =>
        scratch.Script(script).Run(ref record, topic, partition, scratch);
}
