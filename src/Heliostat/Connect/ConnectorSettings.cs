using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Explaining;
using Heliostat.Configuration.Options;

namespace Heliostat.Connect;

/// <summary>The settings of a flow as its connectors would have them.</summary>
internal static class ConnectorSettings
{
    /// <summary>What was written for it, secrets hidden, with both clusters.</summary>
    public static IReadOnlyDictionary<string, string> Of(ExplainedFlow flow, MirrorMaker2File file)
    {
        var (source, target) = FlowName.Parse(flow.Flow);
        var settings = new Dictionary<string, string>
        {
            ["source.cluster.alias"] = source,
            ["target.cluster.alias"] = target,
            ["source.cluster.bootstrap.servers"] = Servers(source),
            ["target.cluster.bootstrap.servers"] = Servers(target),
        };
        foreach (var setting in flow.Readers[0].Settings.Where(setting => setting is { WrittenAs: not null, Value: not null }))
        {
            settings.TryAdd(setting.Key, setting.Value!);
        }

        return settings;

        string Servers(string alias) => file.Clusters.FirstOrDefault(cluster => cluster.Alias == alias) is { } cluster
            ? string.Join(',', cluster.BootstrapServers.Select(server => $"{server.Host}:{server.Port}"))
            : "";
    }
}
