using Heliostat.Configuration.Files;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.Connect;

/// <summary>
/// Connectors and their worker as the lines of a file of MirrorMaker 2's dedicated mode: what a connector says of its source is that of the
/// source's alias, what its worker has is that of the target's, as records are written by the worker's producer, and all else is the
/// flow's.
/// </summary>
internal static class ConnectorEntries
{
    private const string SourceCluster = "source.cluster.";
    private const string Heliostat = "heliostat.";
    private const string PluginPath = "plugin.path";

    /// <summary>
    /// Records go where the worker's producer goes, and positions are kept there: it is the worker's cluster, under whichever names.
    /// </summary>
    private const string TargetServers = "target.cluster.bootstrap.servers";

    /// <summary>
    /// Of the worker: what is about the process, its REST server and its own topics, and what no client of a mirror is given by it.
    /// </summary>
    private static readonly string[] NotOfFlows =
        ["config.storage.", "status.storage.", "listeners", "rest.", "admin.", "consumer.", "plugin.", "key.converter", "value.converter",
            "header.converter", "access.control.", "heliostat.api.", "heliostat.metrics."];

    public static readonly HashSet<string> OfCheckpoints = OnlyIn(ConnectorTables.Checkpoint);
    public static readonly HashSet<string> OfHeartbeats = OnlyIn(ConnectorTables.Heartbeat);

    public static IReadOnlyList<PropertyEntry> Of(MirrorConnectors connectors, IReadOnlyList<PropertyEntry> worker)
    {
        var (source, target) = (connectors.Name.Source, connectors.Name.Target);
        List<PropertyEntry> entries = [];
        var leading = connectors.Source ?? connectors.Heartbeat!;
        Add("clusters", $"{source}, {target}");
        Add("emit.heartbeats.enabled", "false");
        Flow("enabled", connectors.Source is null ? "false" : "true");
        Flow("emit.heartbeats.enabled", "true",
            connectors.Heartbeat is not null && !connectors.Heartbeat.Config.ContainsKey("emit.heartbeats.enabled"));
        Flow("emit.checkpoints.enabled", "false", connectors.Checkpoint is null);
        foreach (var entry in worker)
        {
            Worker(entry);
        }

        foreach (var (key, value) in leading.Config.Where(pair => pair.Key != TargetServers && !IsOfWorker(pair.Key)
            && !OfCheckpoints.Contains(pair.Key) && (connectors.Source is null || !OfHeartbeats.Contains(pair.Key))))
        {
            if (key.StartsWith(SourceCluster, StringComparison.Ordinal) && key != "source.cluster.alias")
            {
                Add($"{source}.{key[SourceCluster.Length..]}", value);
            }
            else
            {
                Flow(key, value);
            }
        }

        Flow("name", leading.Name, !leading.Config.ContainsKey("name"));
        Duty(connectors.Checkpoint, OfCheckpoints);
        Duty(connectors.Source is null ? null : connectors.Heartbeat, OfHeartbeats);
        Add(TransformSettings.PluginPath.Key,
            worker.LastOrDefault(entry => entry.Key == PluginPath)?.Value.Trim() is { Length: > 0 } folders ? folders : "none");
        return entries;

        // Each has a line of its own, as problems are told by lines.
        void Add(string key, string value) => entries.Add(new PropertyEntry(key, value, leading.Name, entries.Count + 1));

        void Flow(string key, string value, bool isSaid = true)
        {
            if (isSaid)
            {
                Add($"{connectors.Name.Prefix}{key}", value);
            }
        }

        void Worker(PropertyEntry entry)
        {
            if (IsPluginPath(entry.Key))
            {
                return;
            }

            if (entry.Key.StartsWith("config.providers", StringComparison.Ordinal)
                || (entry.Key.StartsWith(Heliostat, StringComparison.Ordinal) && !Array.Exists(NotOfFlows, entry.Key.StartsWith)))
            {
                Add(entry.Key, entry.Value);
            }
            else if (!Array.Exists(NotOfFlows, entry.Key.StartsWith))
            {
                Add($"{target}.{entry.Key}", entry.Value);
            }
        }

        void Duty(WrittenConnector? connector, HashSet<string> keys)
        {
            foreach (var (key, value) in connector?.Config.Where(pair => keys.Contains(pair.Key)) ?? [])
            {
                Flow(key, value);
            }
        }
    }

    /// <summary>
    /// Whose code is run is the worker's to say, as in Kafka Connect, and not that of whoever may write connectors: so are the JVM and its
    /// class path.
    /// </summary>
    private static bool IsOfWorker(string key) => IsPluginPath(key) || key.Contains(JavaSettings.Prefix, StringComparison.Ordinal);

    /// <summary>A worker says it by the name that Kafka Connect has for it.</summary>
    private static bool IsPluginPath(string key) => key.EndsWith(TransformSettings.PluginPath.Key, StringComparison.Ordinal);

    private static HashSet<string> OnlyIn(SettingTable table) =>
        table.Settings.Select(setting => setting.Key)
            .Except(ConnectorTables.Source.Settings.Select(setting => setting.Key)).ToHashSet(StringComparer.Ordinal);
}
