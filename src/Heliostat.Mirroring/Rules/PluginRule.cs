using Heliostat.Configuration.Plugins;

namespace Heliostat.Mirroring.Rules;

/// <summary>What a plug-in makes of a record. Each scratch has an instance of its own.</summary>
internal sealed class PluginRule(PluginClass plugin, string topic, int partition) : RecordRule
{
    public override PluginClass Plugin => plugin;

    public override string Note => $"{plugin}";

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        scratch.Calls = plugin;
        var made = scratch.Plugin(plugin).Run(ref record, topic, partition, scratch);
        scratch.Calls = null;
        return made;
    }
}
