import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.mirror.RemoteClusterUtils;

/** Kafka's own RemoteClusterUtils, one call a line: name and arguments apart by tabs. The answer is one line. The first argument is bootstrap.servers. */
public class MirrorClientCalls {
    public static void main(String[] args) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", args[0]);
        var answers = System.out;
        System.setOut(System.err);
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            var f = line.split("\t");
            answers.println(switch (f[0]) {
                case "hops" -> RemoteClusterUtils.replicationHops(config, f[1]);
                case "upstream" -> new TreeSet<>(RemoteClusterUtils.upstreamClusters(config));
                case "heartbeats" -> new TreeSet<>(RemoteClusterUtils.heartbeatTopics(config));
                case "checkpoints" -> new TreeSet<>(RemoteClusterUtils.checkpointTopics(config));
                case "remote" -> {
                    try (var client = new org.apache.kafka.connect.mirror.MirrorClient(config)) {
                        yield new TreeSet<>(f.length == 1 ? client.remoteTopics() : client.remoteTopics(f[1]));
                    }
                }
                case "offsets" -> show(RemoteClusterUtils.translateOffsets(config, f[2], f[1], Duration.ofSeconds(30)));
                case "pattern" -> {
                    var groups = new TreeMap<String, Object>();
                    RemoteClusterUtils.translateOffsets(config, f[2], Pattern.compile(f[1]), Duration.ofSeconds(30)).forEach((group, offsets) -> groups.put(group, show(offsets)));
                    yield groups;
                }
                default -> throw new IllegalArgumentException(line);
            });
        }
    }

    static TreeMap<String, String> show(Map<TopicPartition, OffsetAndMetadata> offsets) {
        var shown = new TreeMap<String, String>();
        offsets.forEach((partition, offset) -> shown.put(partition.toString(), offset.offset() + " '" + offset.metadata() + "'"));
        return shown;
    }
}
