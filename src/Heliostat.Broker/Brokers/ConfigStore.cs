using System.Collections.Immutable;
using System.Globalization;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Topics;

namespace Heliostat.Broker.Brokers;

/// <summary>Reads and changes the settings of topics and brokers (ConfigurationControlManager, ConfigHelper).</summary>
internal sealed class ConfigStore(ClusterState cluster)
{
    private const string RetentionMs = "log.retention.ms";

    /// <summary>What counts where <see cref="RetentionMs"/> is not set.</summary>
    private static readonly string[] CoarserRetention = ["log.retention.minutes", "log.retention.hours"];

    private readonly Lock _changing = new();

    /// <summary>All settings of a topic.</summary>
    public IEnumerable<ConfigValue> Describe(Topic topic) => TopicConfigKeys.All.Select(key =>
    {
        var synonyms = new List<(string, string?, ConfigSource)>();
        if (topic.Configs.TryGetValue(key.Name, out var own)) synonyms.Add((key.Name, own, ConfigSource.DynamicTopic));
        if (key.Synonym is not null && BrokerConfigKeys.Find(key.Synonym) is { } brokerKey)
            synonyms.AddRange(Synonyms(brokerKey, brokerId: null));
        var value = TopicConfigs.Value(key.Name, topic.Configs, cluster.Settings.Effective);
        return new ConfigValue(key, value, synonyms.Count > 0 ? synonyms[0].Item3 : ConfigSource.Default, IsReadOnly: false, synonyms);
    });

    /// <summary>All settings of a broker; with null, only what was set for all of them while they ran.</summary>
    public IEnumerable<ConfigValue> Describe(BrokerNode? broker)
    {
        if (broker is null)
        {
            return cluster.Settings.DynamicDefaults.Select(pair => new ConfigValue(
                BrokerConfigKeys.Find(pair.Key)!, pair.Value, ConfigSource.DynamicDefaultBroker, IsReadOnly: false,
                Synonyms(BrokerConfigKeys.Find(pair.Key)!, null)));
        }

        return BrokerConfigKeys.All.Select(key =>
        {
            var synonyms = Synonyms(key, broker.Id);
            return synonyms.Count > 0 && synonyms[0].Name == key.Name
                ? new ConfigValue(key, synonyms[0].Value, synonyms[0].Source, !key.IsDynamic, synonyms)
                : new ConfigValue(key, key.Default, ConfigSource.Default, !key.IsDynamic, synonyms);
        });
    }

    /// <summary>Changes a topic's settings one by one, or replaces them all.</summary>
    public (ErrorCode Error, string? Message) Alter(Topic topic, IReadOnlyList<ConfigChange> changes, bool replaceAll, bool validateOnly)
    {
        lock (_changing)
        {
            var (configs, error, problem) = Apply(replaceAll ? topic.Configs.Clear() : topic.Configs, changes, TopicConfigKeys.Find,
                "topic");
            if (error != ErrorCode.None) return (error, problem);
            if (TopicConfigs.Check(configs.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))) is { } invalid)
                return (ErrorCode.InvalidConfig, invalid);

            if (!validateOnly) cluster.Topics.SetConfigs(topic, configs);
            return (ErrorCode.None, null);
        }
    }

    /// <summary>Changes the settings of one broker, or of all with null.</summary>
    public (ErrorCode Error, string? Message) Alter(int? brokerId, IReadOnlyList<ConfigChange> changes, bool replaceAll, bool validateOnly)
    {
        lock (_changing)
        {
            var settings = cluster.Settings;
            var (configs, error, problem) =
                Apply(replaceAll ? settings.Dynamic(brokerId).Clear() : settings.Dynamic(brokerId), changes, BrokerConfigKeys.Find,
                    "broker");
            if (error == ErrorCode.UnknownServerError) return (error, problem);

            foreach (var (name, value) in configs)
            {
                if (problem is null && BrokerConfigKeys.Find(name) is { } key)
                    problem = key.IsDynamic ? key.Check(value) : $"Cannot update these configs dynamically: [{name}]";
            }

            if (problem is not null) return (ErrorCode.InvalidRequest, problem);

            if (!validateOnly)
            {
                settings.SetDynamic(brokerId, configs);
                foreach (var topic in cluster.Topics.All) cluster.Topics.SetConfigs(topic, topic.Configs);
            }

            return (ErrorCode.None, null);
        }
    }

    private static (ImmutableSortedDictionary<string, string> Configs, ErrorCode Error, string? Problem) Apply(
        ImmutableSortedDictionary<string, string> old,
        IReadOnlyList<ConfigChange> changes,
        Func<string, ConfigKey?> find,
        string kind)
    {
        var configs = old;
        foreach (var (name, operation, value) in changes)
        {
            if (operation == ConfigChange.Delete)
            {
                configs = configs.Remove(name);
                continue;
            }

            if (value is null) return (old, ErrorCode.InvalidRequest, $"Null value not supported for : {name}");
            if (find(name) is not { } key) return (old, ErrorCode.InvalidConfig, $"Unknown {kind} config name: {name}");

            switch (operation)
            {
                case ConfigChange.Set:
                    configs = configs.SetItem(name, value);
                    break;
                case ConfigChange.Append or ConfigChange.Subtract when key.Type != ConfigType.List:
                    return (old, ErrorCode.InvalidConfig,
                        $"Can't {(operation == ConfigChange.Append ? "APPEND" : "SUBTRACT")} to key {name} because its type is not LIST.");
                case ConfigChange.Append or ConfigChange.Subtract:
                    var items = Items(configs.GetValueOrDefault(name) ?? key.Default ?? "");
                    var given = Items(value);
                    configs = configs.SetItem(name,
                        string.Join(',', operation == ConfigChange.Append ? items.Union(given) : items.Except(given)));
                    break;
                default:
                    return (old, ErrorCode.UnknownServerError, null);
            }
        }

        return (configs, ErrorCode.None, null);
    }

    private static string[] Items(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private List<(string Name, string? Value, ConfigSource Source)> Synonyms(ConfigKey key, int? brokerId)
    {
        var synonyms = new List<(string, string?, ConfigSource)>();
        var settings = cluster.Settings;
        if (brokerId is { } id)
        {
            if (settings.Dynamic(id).TryGetValue(key.Name, out var own)) synonyms.Add((key.Name, own, ConfigSource.DynamicBroker));
        }

        if (settings.DynamicDefaults.TryGetValue(key.Name, out var shared))
            synonyms.Add((key.Name, shared, ConfigSource.DynamicDefaultBroker));
        if (Given(key.Name, brokerId) is { } started) synonyms.Add((key.Name, started, ConfigSource.StaticBroker));
        if (key.Default is not null) synonyms.Add((key.Name, key.Default, ConfigSource.Default));
        foreach (var coarser in key.Name == RetentionMs ? CoarserRetention : [])
            synonyms.AddRange(Synonyms(BrokerConfigKeys.Find(coarser)!, brokerId));
        return synonyms;
    }

    /// <summary>What the broker was started with.</summary>
    private string? Given(string name, int? brokerId)
    {
        if (cluster.Settings.Static.TryGetValue(name, out var value)) return value;
        if (brokerId is not { } id || cluster.Find(id) is not { } broker) return null;

        return name switch
        {
            "broker.id" or "node.id" => id.ToString(CultureInfo.InvariantCulture),
            "broker.rack" => broker.Rack,
            "listeners" or "advertised.listeners" =>
                string.Join(',', cluster.Listeners.Select(listener => $"{listener.Name}://{broker.Host}:{broker.PortOf(listener)}")),
            "log.dirs" => cluster.Options.DataDirectory,
            _ => null,
        };
    }
}
