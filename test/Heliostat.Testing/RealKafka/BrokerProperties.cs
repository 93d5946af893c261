using System.Text;

namespace Heliostat.Testing.RealKafka;

/// <summary>The properties files of a cluster's nodes: stock settings, except where waiting would only cost the tests time.</summary>
internal static class BrokerProperties
{
    private const string ProtocolMap =
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,FAR:PLAINTEXT";

    public static Dictionary<string, string> Kraft(
        KafkaNode node, string roles, string listeners, string voters, KafkaClusterOptions options)
    {
        var properties = Common(node, options);
        properties["node.id"] = $"{node.Id}";
        properties["process.roles"] = roles;
        properties["listeners"] = listeners;
        properties["controller.quorum.voters"] = voters;
        properties["controller.listener.names"] = "CONTROLLER";
        properties["listener.security.protocol.map"] = ProtocolMap;
        properties["broker.session.timeout.ms"] = "6000";
        properties["broker.heartbeat.interval.ms"] = "1000";
        properties["share.coordinator.state.topic.num.partitions"] = "1";
        properties["share.coordinator.state.topic.replication.factor"] = $"{ReplicationFactor(options)}";
        properties["share.coordinator.state.topic.min.isr"] = "1";
        if (roles.Contains("broker", StringComparison.Ordinal))
        {
            properties["inter.broker.listener.name"] = "PLAINTEXT";
            if (options.Racks.Count > 0)
            {
                properties["broker.rack"] = options.Racks[node.Id - options.FirstBrokerId];
            }

            if (options.Links.Count > 0)
            {
                var link = options.Links[node.Id - options.FirstBrokerId];
                properties["advertised.listeners"] = $"PLAINTEXT://127.0.0.1:{node.Port},FAR://{link.Host}:{link.Port}";
            }
        }

        return Override(properties, options);
    }

    public static Dictionary<string, string> ZooKeeperBroker(KafkaNode node, int zooKeeperPort, KafkaClusterOptions options)
    {
        var properties = Common(node, options);
        properties["broker.id"] = $"{node.Id}";
        properties["zookeeper.connect"] = $"127.0.0.1:{zooKeeperPort}";
        properties["listeners"] = $"PLAINTEXT://127.0.0.1:{node.Port}";

        // What 0.8 has instead; later ones go by listeners.
        properties["host.name"] = "127.0.0.1";
        properties["port"] = $"{node.Port}";
        return Override(properties, options);
    }

    public static Dictionary<string, string> ZooKeeper(KafkaNode node) => new()
    {
        ["dataDir"] = node.DataFolder,
        ["clientPort"] = $"{node.Port}",
        ["clientPortAddress"] = "127.0.0.1",
        ["maxClientCnxns"] = "0",
        ["admin.enableServer"] = "false",
    };

    /// <summary>
    /// Written as java.util.Properties reads it; a broker property holds nothing that needs more than a backslash escaped.
    /// </summary>
    public static void Write(KafkaNode node, IReadOnlyDictionary<string, string> properties)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in properties)
        {
            text.Append(key).Append('=').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)).Append('\n');
        }

        File.WriteAllText(node.PropertiesFile, text.ToString());
    }

    private static Dictionary<string, string> Common(KafkaNode node, KafkaClusterOptions options)
    {
        var replicas = $"{ReplicationFactor(options)}";
        return new()
        {
            ["log.dirs"] = node.DataFolder,
            ["num.partitions"] = "1",
            ["num.network.threads"] = "2",
            ["num.io.threads"] = "4",
            ["default.replication.factor"] = replicas,
            ["offsets.topic.num.partitions"] = "5",
            ["offsets.topic.replication.factor"] = replicas,
            ["transaction.state.log.num.partitions"] = "5",
            ["transaction.state.log.replication.factor"] = replicas,
            ["transaction.state.log.min.isr"] = "1",
            ["group.initial.rebalance.delay.ms"] = "0",
            ["delete.topic.enable"] = "true",
            ["log.retention.ms"] = "-1",
            ["log.initial.task.delay.ms"] = "500",
            ["log.retention.check.interval.ms"] = "500",
            ["log.cleaner.backoff.ms"] = "200",
            ["log.cleaner.dedupe.buffer.size"] = "16777216",
        };
    }

    private static int ReplicationFactor(KafkaClusterOptions options) => Math.Min(options.Brokers, 3);

    private static Dictionary<string, string> Override(Dictionary<string, string> properties, KafkaClusterOptions options)
    {
        foreach (var (key, value) in options.Properties)
        {
            properties[key] = value;
        }

        return properties;
    }
}
