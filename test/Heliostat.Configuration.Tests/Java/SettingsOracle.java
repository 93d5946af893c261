import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;

/** Prints the settings of Kafka's consumer and producer: client, key, type and default, separated by tabs. */
public class SettingsOracle {
    public static void main(String[] args) throws Exception {
        for (var client : List.of("consumer.ConsumerConfig", "producer.ProducerConfig")) {
            var field = Class.forName("org.apache.kafka.clients." + client).getDeclaredField("CONFIG");
            field.setAccessible(true);
            for (var key : new TreeMap<>(((ConfigDef) field.get(null)).configKeys()).values()) {
                System.out.println(String.join("\t", client.split("\\.")[0], key.name, key.type.name(), key.hasDefault() ? text(key.defaultValue) : "<none>"));
            }
        }
    }

    private static String text(Object value) {
        return value == null ? "<none>"
            : value instanceof List<?> list ? list.stream().map(SettingsOracle::text).collect(Collectors.joining(","))
            : value instanceof Class<?> type ? type.getName()
            : value.toString();
    }
}
