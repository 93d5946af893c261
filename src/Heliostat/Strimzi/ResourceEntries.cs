using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;

namespace Heliostat.Strimzi;

/// <summary>
/// A resource as the lines of a file of MirrorMaker 2's dedicated mode, which do what the operator would have a Connect cluster do:
/// what a cluster's <c>config</c> says is its alias', what connectors' say is the flow's, positions are under the source connector's
/// name in the workers' offsets topic.
/// </summary>
internal sealed class ResourceEntries
{
    private const string Heartbeats = "emit.heartbeats.enabled";
    private const string Providers = "config.providers";

    /// <summary>Kept by workers of Kafka Connect; a file of flows has neither.</summary>
    private static readonly string[] OfWorkers = ["config.storage.", "status.storage."];

    /// <summary>Not a cluster's: the file has them at its top.</summary>
    private static readonly string[] OfProcess = ["heliostat.", Providers];

    private static readonly (string Field, string Key)[] Patterns =
    [
        ("topicsPattern", "topics"), ("topicsBlacklistPattern", "topics.exclude"), ("topicsExcludePattern", "topics.exclude"),
        ("groupsPattern", "groups"), ("groupsBlacklistPattern", "groups.exclude"), ("groupsExcludePattern", "groups.exclude"),
    ];

    private readonly OrderedDictionary<string, PropertyEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly List<ConfigurationProblem> _notices = [];
    private readonly MirrorResource _resource;
    private readonly SecretPlaces _secrets;
    private readonly string _path;

    private ResourceEntries(MirrorResource resource, SecretPlaces secrets, string path) =>
        (_resource, _secrets, _path) = (resource, secrets, path);

    /// <summary>The lines, each with that of the resource which says it; and what is said in the resource and has no effect.</summary>
    /// <exception cref="ConfigurationException">Something in it cannot be done.</exception>
    public static (IReadOnlyList<PropertyEntry> Entries, IReadOnlyList<ConfigurationProblem> Notices) Of(
        MirrorResource resource, SecretPlaces secrets, string path)
    {
        var read = new ResourceEntries(resource, secrets, path);
        read.Read();
        return read._problems.Count == 0 ? ([.. read._entries.Values], read._notices) : throw new ConfigurationException(read._problems);
    }

    private void Read()
    {
        foreach (var (at, why) in Unmapped.Of(_resource))
        {
            _notices.Add(Problem(at, why));
        }

        var ends = _resource.Mirrors.SelectMany(mirror => (ResourceCluster[])[mirror.Source, mirror.Target]);
        ResourceCluster[] clusters = [.. ends.DistinctBy(cluster => cluster.Alias)];
        Add("clusters", string.Join(", ", clusters.Select(cluster => cluster.Alias)), _resource.Spec);
        Add(Heartbeats, "false", _resource.Spec);
        Add(Providers, SecretPlaces.Names, _resource.Spec);
        foreach (var (key, value) in _secrets.Declarations)
        {
            Add(key, value, _resource.Spec);
        }

        foreach (var cluster in clusters)
        {
            Cluster(cluster);
        }

        foreach (var mirror in _resource.Mirrors)
        {
            Mirror(mirror, new FlowName(mirror.Source.Alias, mirror.Target.Alias).Prefix);
        }
    }

    private void Cluster(ResourceCluster cluster)
    {
        var (prefix, field) = ($"{cluster.Alias}.", cluster.Field);
        Add(prefix + "bootstrap.servers", field.TextOf("bootstrapServers")!, field["bootstrapServers"]!);
        if (cluster.Alias == _resource.Worker!.Alias)
        {
            Worker(prefix, field);
        }

        var security = new ClusterSecurity(field, _secrets).Read(out var refused);
        foreach (var (key, value, at) in security)
        {
            Add(prefix + key, value, at);
        }

        if (refused is { } cannot)
        {
            _problems.Add(Problem(cannot.At, cannot.Why));
        }

        foreach (var setting in (field["config"]?.Fields ?? []).Where(setting => !Array.Exists(OfWorkers, setting.Name.StartsWith)))
        {
            var isOfProcess = Array.Exists(OfProcess, setting.Name.StartsWith);
            var value = setting.Name == Providers ? $"{setting.Text},{SecretPlaces.Names}" : setting.Text ?? "";
            Add(isOfProcess ? setting.Name : prefix + setting.Name, value, setting);
        }
    }

    /// <summary>What flows into a cluster have in common; not the group of several: they would take each other's work.</summary>
    private void Worker(string prefix, ResourceField cluster)
    {
        if (_resource.Mirrors.Count == 1)
        {
            Add(prefix + "group.id", cluster.TextOf("groupId") ?? "mirrormaker2-cluster", cluster["groupId"] ?? cluster);
        }

        var topic = cluster["offsetStorageTopic"];
        Add(prefix + "offset.storage.topic", topic?.Text ?? "mirrormaker2-cluster-offsets", topic ?? cluster);
    }

    private void Mirror(ResourceMirror mirror, string flow)
    {
        var (field, source) = (mirror.Field, mirror.Field["sourceConnector"]);
        if (source is null)
        {
            _notices.Add(Problem(field,
                "has no sourceConnector: no record is mirrored, and no group follows; 'sourceConnector: {}' begins it"));
        }

        Add(flow + "enabled", IsRunning(source) ? "true" : "false", source ?? field);
        Add(flow + "name", $"{flow}MirrorSourceConnector", source ?? field);
        Add(flow + "tasks.max", source?.TextOf("tasksMax") ?? "1", source?["tasksMax"] ?? field);
        foreach (var setting in source?["config"]?.Fields ?? [])
        {
            if (MirrorConnectors.IsOfCheckpoints(setting.Name) || MirrorConnectors.IsOfHeartbeats(setting.Name))
            {
                _notices.Add(Problem(setting, "has no effect here: the source connector does not know it"));
            }
            else
            {
                Add(flow + setting.Name, setting.Text ?? "", setting);
            }
        }

        Duty(field["checkpointConnector"], flow, "emit.checkpoints.enabled", MirrorConnectors.IsOfCheckpoints);
        Duty(field["heartbeatConnector"], flow, Heartbeats, MirrorConnectors.IsOfHeartbeats);
        foreach (var (name, key) in Patterns)
        {
            if (field[name] is { } pattern)
            {
                Add(flow + key, pattern.Text ?? "", pattern);
            }
        }
    }

    private void Duty(ResourceField? connector, string flow, string emits, Func<string, bool> isIts)
    {
        foreach (var setting in connector?["config"]?.Fields ?? [])
        {
            if (isIts(setting.Name))
            {
                Add(flow + setting.Name, setting.Text ?? "", setting);
            }
            else if (!_entries.TryGetValue(flow + setting.Name, out var same) || same.Value != setting.Text)
            {
                _notices.Add(Problem(setting, "has no effect here: what the source connector says counts for the whole flow"));
            }
        }

        if (!IsRunning(connector))
        {
            Add(flow + emits, "false", connector ?? _resource.Spec);
        }
        else if (!_entries.ContainsKey(flow + emits))
        {
            Add(flow + emits, "true", connector!);
        }
    }

    /// <summary>A connector that is not there, paused or stopped does not run.</summary>
    private bool IsRunning(ResourceField? connector)
    {
        if (connector?["state"] is { } state && state.Text is "paused" or "stopped")
        {
            _notices.Add(Problem(state, $"is '{state.Text}': what this connector does is off until the resource says otherwise"));
            return false;
        }

        return connector is not null && connector.TextOf("pause") != "true";
    }

    private void Add(string key, string value, ResourceField at) => _entries[key] = new PropertyEntry(key, value, _path, at.Line);

    private ConfigurationProblem Problem(ResourceField at, string message) =>
        new() { File = _path, Line = at.Line, Key = at.Path, Message = message };
}
