using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// Which of the ways to write a setting wins, for workers, connectors and clients: <c>MirrorMakerConfig</c>, <c>MirrorConnectorConfig</c>
/// and <c>Worker.baseProducerConfigs</c> of 4.3.1, with what is odd about them.
/// </summary>
internal sealed class Precedence
{
    private const string ByteArrayConverter = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private const string ConnectorPackage = "org.apache.kafka.connect.mirror.";

    /// <summary>Top-level keys that reach every worker, by how they begin; no dot is asked for.</summary>
    private static readonly string[] WorkerPrefixes =
        ["offset.storage", "config.storage", "status.storage", "key.converter", "value.converter", "header.converter", "task", "worker",
            "replication.policy"];

    private readonly EffectiveProperties _file = new();
    private readonly Dictionary<string, EffectiveProperties> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<FlowName, EffectiveProperties> _workers = [];
    private readonly Dictionary<(FlowName, ConnectorRole), EffectiveProperties> _connectors = [];

    /// <param name="entries">The pairs of the file.</param>
    /// <param name="resolve">Resolves references to config providers in a value.</param>
    public Precedence(IEnumerable<PropertyEntry> entries, Func<PropertyEntry, string> resolve)
    {
        foreach (var entry in entries)
        {
            _file.Put(new EffectiveValue { Key = entry.Key, Written = entry.Value, Value = resolve(entry), Entry = entry });
        }
    }

    /// <summary>The pairs of the file, under the keys that were written.</summary>
    public EffectiveProperties File => _file;

    /// <summary>
    /// <c>clusterProps</c>: what is written for an alias, security settings handed to its clients, top-level ones filled in.
    /// </summary>
    public EffectiveProperties ClusterProperties(string alias)
    {
        if (_clusters.TryGetValue(alias, out var known))
        {
            return known;
        }

        var properties = _clusters[alias] = new EffectiveProperties();
        properties.PutAll(_file.Stripped(alias + "."));
        foreach (var setting in SecuritySettings.Table.Settings)
        {
            if (properties[setting.Key] is { } value)
            {
                HandToClients(properties, value);
            }
        }

        foreach (var setting in SecuritySettings.Table.Settings)
        {
            if (_file[setting.Key] is { } value)
            {
                HandToClients(properties, value);
                properties.PutIfAbsent(value);
            }
        }

        return properties;
    }

    /// <summary><c>workerConfig</c>: the properties of the worker of <paramref name="flow"/>, which lives on the target.</summary>
    public EffectiveProperties WorkerProperties(FlowName flow)
    {
        if (_workers.TryGetValue(flow, out var known))
        {
            return known;
        }

        var properties = _workers[flow] = new EffectiveProperties();
        properties.PutAll(ClusterProperties(flow.Target).Values);
        foreach (var prefix in WorkerPrefixes.Append("config.providers"))
        {
            properties.PutAll(BeginningWith(prefix));
        }

        properties.PutIfAbsent(Own("client.id", flow.ToString(), "the name of the flow"));
        properties.PutIfAbsent(Own("group.id", flow.Source + "-mm2", "named for the source"));
        properties.PutIfAbsent(Own("offset.storage.topic", $"mm2-offsets.{flow.Source}.internal", "named for the source"));
        properties.PutIfAbsent(Own("status.storage.topic", $"mm2-status.{flow.Source}.internal", "named for the source"));
        properties.PutIfAbsent(Own("config.storage.topic", $"mm2-configs.{flow.Source}.internal", "named for the source"));
        foreach (var converter in (string[])["key.converter", "value.converter", "header.converter"])
        {
            properties.PutIfAbsent(Own(converter, ByteArrayConverter, "bytes are passed on as they are"));
        }

        return properties;
    }

    /// <summary><c>connectorBaseConfig</c>: the properties of one connector of <paramref name="flow"/>.</summary>
    public EffectiveProperties ConnectorProperties(FlowName flow, ConnectorRole connector)
    {
        if (_connectors.TryGetValue((flow, connector), out var known))
        {
            return known;
        }

        var properties = _connectors[(flow, connector)] = new EffectiveProperties();
        properties.PutAll(_file.Values.Where(v => ConnectorTables.Names.Contains(v.Key)));
        properties.PutAll(BeginningWith("config.providers"));
        properties.PutAll(BeginningWith("replication.policy"));
        properties.PutAll(ClusterProperties(flow.Source).Values.Select(v => v with
        {
            Key = (IsForClients(v.Key) ? "source." : "source.cluster.") + v.Key
        }));
        properties.PutAll(ClusterProperties(flow.Target).Values.Select(v => v with
        {
            Key = (IsForClients(v.Key) ? "target." : "target.cluster.") + v.Key
        }));
        properties.PutIfAbsent(Own("name", connector.ToString(), "the connector's class"));
        properties.PutIfAbsent(Own("connector.class", ConnectorPackage + connector, "the connector's class"));
        properties.PutIfAbsent(Own("source.cluster.alias", flow.Source, "the name of the flow"));
        properties.PutIfAbsent(Own("target.cluster.alias", flow.Target, "the name of the flow"));
        properties.PutAll(_file.Stripped(flow.Prefix));
        properties.PutIfAbsent(Own("enabled", "false", "a flow is off until it is enabled"));
        return properties;
    }

    /// <summary>
    /// The properties of one client of <paramref name="flow"/>. What MirrorMaker 2 appends to <c>client.id</c> is left out: it tells its
    /// tasks apart.
    /// </summary>
    public EffectiveProperties ClientProperties(FlowName flow, ClientRole role) => role switch
    {
        ClientRole.SourceConsumer => Consumer(flow, "source."),
        ClientRole.TargetConsumer => Consumer(flow, "target."),
        ClientRole.SourceProducer => Client(flow, "source.", "producer."),
        ClientRole.TargetProducer => Client(flow, "target.", "producer."),
        ClientRole.SourceAdmin => Client(flow, "source.", "admin."),
        ClientRole.TargetAdmin => Client(flow, "target.", "admin."),
        ClientRole.DataProducer => DataProducer(flow),
        ClientRole.Worker => WorkerProperties(flow),
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    private static EffectiveValue Own(string key, string value, string reason) =>
        new() { Key = key, Written = value, Value = value, Reason = reason };

    /// <summary>The pattern of <c>clusterConfigsWithPrefix</c>: no dot is asked for, so that <c>administrator</c> counts as well.</summary>
    private static bool IsForClients(string key) =>
        key.StartsWith("consumer", StringComparison.Ordinal) || key.StartsWith("producer", StringComparison.Ordinal)
            || key.StartsWith("admin", StringComparison.Ordinal);

    private static void HandToClients(EffectiveProperties properties, EffectiveValue value)
    {
        foreach (var client in (string[])["producer.", "consumer.", "admin."])
        {
            properties.PutIfAbsent(value with { Key = client + value.Key });
        }
    }

    private IEnumerable<EffectiveValue> BeginningWith(string prefix) =>
        _file.Values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal));

    private EffectiveProperties Consumer(FlowName flow, string side)
    {
        var properties = Client(flow, side, "consumer.");
        properties.Put(Own("enable.auto.commit", "false", "forced: positions are stored by the mirror"));
        properties.PutIfAbsent(Own("auto.offset.reset", "earliest", "MirrorMaker 2's default"));
        return properties;
    }

    /// <summary><c>MirrorConnectorConfig</c>: the side's security settings, then <c>consumer.</c>, then <c>source.consumer.</c></summary>
    private EffectiveProperties Client(FlowName flow, string side, string client)
    {
        var connector = ConnectorProperties(flow, ConnectorRole.MirrorSourceConnector);
        var properties = new EffectiveProperties();
        properties.PutAll(connector.Stripped(side + "cluster.").Where(v => SecuritySettings.Table.Find(v.Key) is not null));
        properties.PutAll(connector.Stripped(client));
        properties.PutAll(connector.Stripped(side + client));
        return properties;
    }

    private EffectiveProperties DataProducer(FlowName flow)
    {
        var worker = WorkerProperties(flow);
        var properties = new EffectiveProperties();
        var serializer = "org.apache.kafka.common.serialization.ByteArraySerializer";
        if (worker["bootstrap.servers"] is { } servers)
        {
            properties.Put(servers);
        }

        properties.Put(Own("key.serializer", serializer, "Connect's default"));
        properties.Put(Own("value.serializer", serializer, "Connect's default"));
        properties.Put(Own("max.block.ms", "9223372036854775807", "Connect's default"));
        properties.Put(Own("enable.idempotence", "false", "Connect's default"));
        properties.Put(Own("acks", "all", "Connect's default"));
        properties.Put(Own("max.in.flight.requests.per.connection", "1", "Connect's default"));
        properties.Put(Own("delivery.timeout.ms", "2147483647", "Connect's default"));
        properties.PutAll(worker.Stripped("producer."));
        properties.PutAll(ConnectorProperties(flow, ConnectorRole.MirrorSourceConnector).Stripped("producer.override."));
        return properties;
    }
}
