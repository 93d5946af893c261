using System.Text;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary>What we make of a file, in the words of <c>MirrorMaker2Oracle.java</c>.</summary>
internal static class OurMaps
{
    public static string[] Of(string content)
    {
        var findings = new Findings();
        var entries = JavaProperties.Parse(Encoding.Latin1.GetBytes(content), "mm2.properties");
        var providers = new ConfigProviders(entries, name => name == MirrorMaker2Oracle.Variable ? MirrorMaker2Oracle.VariableValue : null,
            findings);
        var precedence = new Precedence(entries, providers.Resolve);
        var aliases = Aliases(precedence);
        var lines = new List<string>();
        foreach (var alias in aliases.Order(StringComparer.Ordinal))
        {
            Add(alias, "cluster", precedence.ClusterProperties(alias).Values.Select(Written));
        }

        foreach (var flow in FlowSelection.Flows(aliases, precedence.File).OrderBy(f => f.ToString(), StringComparer.Ordinal))
        {
            lines.Add($"{flow}|flow");
            Add(flow, "worker", precedence.WorkerProperties(flow).Values.Select(v => (v.Key, v.Value)));
            foreach (var connector in Enum.GetValues<ConnectorRole>())
            {
                Add(flow, connector, precedence.ConnectorProperties(flow, connector).Values.Select(Written));
            }

            foreach (var role in (ClientRole[])[ClientRole.SourceConsumer, ClientRole.TargetConsumer, ClientRole.SourceProducer,
                ClientRole.TargetProducer,
                ClientRole.SourceAdmin, ClientRole.TargetAdmin, ClientRole.DataProducer])
            {
                Add(flow, role, precedence.ClientProperties(flow, role).Values.Select(v => (v.Key, v.Value)));
            }
        }

        return [.. lines];

        void Add(object flow, object map, IEnumerable<(string Key, string Value)> pairs) =>
            lines.AddRange(pairs.OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p =>
                    $"{flow}|{map}|{p.Key}="
                        + $"{p.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}"));
    }

    private static (string Key, string Value) Written(EffectiveValue value) => (value.Key, value.Written);

    private static IReadOnlyList<string> Aliases(Precedence precedence) =>
        precedence.File["clusters"] is { } clusters
            ? [.. DriverSettings.Clusters.Parse(clusters.Value).Distinct(StringComparer.Ordinal)]
            : [];
}
