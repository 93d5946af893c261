using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// Which flows of a file <c>heliostat.residency.deny</c> denies. It stands at the top level only: no flow can take itself out.
/// </summary>
internal sealed class ResidencyCheck(Precedence precedence, Findings findings)
{
    private EffectiveValue? Deny => precedence.File[DriverSettings.ResidencyDeny.Key];

    private ResidencyRules Rules => Deny is { } deny && DriverSettings.ResidencyDeny.Check(deny.Value) is null
        ? DriverSettings.ResidencyDeny.Parse(deny.Value)
        : ResidencyRules.None;

    /// <summary>What of a flow is denied.</summary>
    public Residency Of(FlowName flow) => Rules.Between(Labels(flow.Source), Labels(flow.Target));

    /// <summary>Flows that are denied are errors, and labels that no cluster has are told: they may be misspelt.</summary>
    public void Check(IEnumerable<FlowName> enabled, IReadOnlyList<string> aliases)
    {
        foreach (var flow in enabled)
        {
            if (Of(flow).DeniesAll is { } rule)
            {
                findings.Error(Deny!.Key,
                    $"'{rule}' denies {flow}: {flow.Source} has {Text(flow.Source)}, {flow.Target} has {Text(flow.Target)}; take "
                        + $"'{flow.Prefix}enabled' out, or the rule", Deny.Entry);
            }
        }

        foreach (var stray in precedence.File.Values.Where(value => IsStray(value.Key, aliases)))
        {
            findings.Error(stray.Key, stray.Key.EndsWith(DriverSettings.Labels.Key, StringComparison.Ordinal)
                ? $"labels no cluster: write 'ALIAS.{DriverSettings.Labels.Key}', of one of {string.Join(", ", aliases)}"
                : $"denies nothing there: write '{DriverSettings.ResidencyDeny.Key}', which holds for all flows of the file", stray.Entry);
        }

        var known = aliases.SelectMany(Labels).ToHashSet(StringComparer.Ordinal);
        if (Rules.Labels.Where(label => !known.Contains(label)).ToList() is { Count: > 0 } unknown)
        {
            findings.Warning(Deny!.Key,
                $"names {string.Join(", ", unknown.Select(label => $"'{label}'"))}, which no cluster has: write "
                    + $"'ALIAS.{DriverSettings.Labels.Key}'", Deny.Entry);
        }
    }

    /// <summary>What is written where nobody reads it, and was meant to keep records from going somewhere.</summary>
    private static bool IsStray(string key, IReadOnlyList<string> aliases) =>
        key.EndsWith($".{DriverSettings.ResidencyDeny.Key}", StringComparison.Ordinal)
        || key == DriverSettings.Labels.Key
        || (key.EndsWith($".{DriverSettings.Labels.Key}", StringComparison.Ordinal)
            && !aliases.Contains(key[..^(DriverSettings.Labels.Key.Length + 1)]));

    private IReadOnlyList<string> Labels(string alias) =>
        precedence.File[$"{alias}.{DriverSettings.Labels.Key}"] is { } labels ? DriverSettings.Labels.Parse(labels.Value.Trim()) : [];

    private string Text(string alias) => Labels(alias) is { Count: > 0 } labels ? $"'{string.Join(", ", labels)}'" : "no labels";
}
