package org.apache.kafka.connect.mirror;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;

/**
 * "settings": prints every definition of MirrorMaker 2. Otherwise each line of the input is a properties file in hexadecimal, and the output is its
 * flows and all maps that MirrorMaker 2 makes of it, one "flow|map|key=value" a line, a line with a dot after each file.
 */
public class MirrorMaker2Oracle {
    private static final String CONVERTER = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private static final org.apache.kafka.connect.runtime.isolation.Plugins PLUGINS =
        new org.apache.kafka.connect.runtime.isolation.Plugins(Map.of("plugin.discovery", "service_load"));

    private static PrintStream out;

    public static void main(String[] args) throws Exception {
        out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        if (args.length > 0 && args[0].equals("settings")) {
            settings();
            return;
        }
        var input = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = input.readLine()) != null; ) {
            try {
                file(HexFormat.of().parseHex(line));
            } catch (Exception e) {
                out.println("E " + e.getClass().getSimpleName() + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
            out.println(".");
        }
    }

    private static void file(byte[] content) throws Exception {
        var properties = new Properties();
        properties.load(new ByteArrayInputStream(content));
        properties.putIfAbsent("plugin.discovery", "service_load");
        var config = new MirrorMakerConfig(Utils.propsToStringMap(properties));
        for (var alias : new TreeSet<>(config.clusters())) {
            print(alias, "cluster", config.clusterProps(alias));
        }
        var flows = new TreeMap<String, SourceAndTarget>();
        config.clusterPairs().forEach(f -> flows.put(f.toString(), f));
        for (var flow : flows.values()) {
            out.println(flow + "|flow");
            var worker = config.workerConfig(flow);
            print(flow, "worker", worker);
            for (var connector : MirrorMaker.CONNECTOR_CLASSES) {
                print(flow, connector.getSimpleName(), config.connectorBaseConfig(flow, connector));
            }
            var raw = config.connectorBaseConfig(flow, MirrorSourceConnector.class);
            raw.put("enabled", "true"); // What the connector itself would refuse is not the question here.
            var source = new MirrorSourceConfig(raw);
            print(flow, "SourceConsumer", without(source.sourceConsumerConfig("x")));
            print(flow, "TargetConsumer", without(source.targetConsumerConfig("x")));
            print(flow, "SourceProducer", without(source.sourceProducerConfig("x")));
            print(flow, "TargetProducer", without(source.targetProducerConfig("x")));
            print(flow, "SourceAdmin", without(source.sourceAdminConfig("x")));
            print(flow, "TargetAdmin", without(source.targetAdminConfig("x")));
            var distributed = new DistributedConfig(worker);
            var method = java.util.Arrays.stream(org.apache.kafka.connect.runtime.Worker.class.getDeclaredMethods()).filter(m -> m.getName().equals("baseProducerConfigs")).findFirst().get();
            method.setAccessible(true);
            var connector = new org.apache.kafka.connect.runtime.ConnectorConfig(PLUGINS, raw);
            @SuppressWarnings("unchecked")
            var producer = (Map<String, Object>) method.invoke(null, "c", "client", distributed, connector, MirrorSourceConnector.class,
                new org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy(), "id");
            producer.keySet().removeIf(k -> k.startsWith("metrics.context.") || k.equals("client.id") && producer.get(k).equals("client"));
            print(flow, "DataProducer", producer);
        }
    }

    /** What MirrorMaker 2 appends to the client id names the connector: taken off again. */
    private static Map<String, Object> without(Map<String, Object> client) {
        var id = String.valueOf(client.remove("client.id"));
        var bar = id.lastIndexOf('|', id.lastIndexOf('|', id.lastIndexOf('|') - 1) - 1);
        if (bar >= 0) {
            client.put("client.id", id.substring(0, bar));
        }
        return client;
    }

    private static void print(Object flow, String map, Map<String, ?> values) {
        new TreeMap<>(values).forEach((key, value) -> {
            if (!key.equals("plugin.discovery")) {
                out.println(flow + "|" + map + "|" + key + "=" + String.valueOf(value).replace("\\", "\\\\").replace("\n", "\\n"));
            }
        });
    }

    private static void settings() throws Exception {
        print("source", MirrorSourceConfig.CONNECTOR_CONFIG_DEF);
        print("checkpoint", MirrorCheckpointConfig.CONNECTOR_CONFIG_DEF);
        print("heartbeat", MirrorHeartbeatConfig.CONNECTOR_CONFIG_DEF);
        print("client", MirrorClientConfig.CLIENT_CONFIG_DEF);
        print("source-connector", org.apache.kafka.connect.runtime.SourceConnectorConfig.configDef());
        print("worker", definition(new DistributedConfig(Map.of("group.id", "g", "bootstrap.servers", "h:1", "key.converter", CONVERTER, "value.converter", CONVERTER,
            "offset.storage.topic", "o", "config.storage.topic", "c", "status.storage.topic", "s"))));
        print("driver", definition(new MirrorMakerConfig(Map.of("clusters", "a", "plugin.discovery", "service_load"))));
        print("admin", org.apache.kafka.clients.admin.AdminClientConfig.configDef());
    }

    private static ConfigDef definition(AbstractConfig config) throws Exception {
        var field = AbstractConfig.class.getDeclaredField("definition");
        field.setAccessible(true);
        return (ConfigDef) field.get(config);
    }

    private static void print(String scope, ConfigDef definition) {
        for (var key : new TreeMap<>(definition.configKeys()).values()) {
            var value = !key.hasDefault() ? "(required)" : key.defaultValue instanceof Class<?> c ? c.getName() : String.valueOf(key.defaultValue);
            out.println(String.join("\t", scope, key.name, key.type.toString(), value));
        }
    }
}
