import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.mirror.MirrorClient;
import org.apache.kafka.connect.mirror.RemoteClusterUtils;

/** What MirrorMaker 2's own client library says of a cluster: arguments are bootstrap servers, the other cluster's alias, a group. One fact a line. */
public final class RemoteClusters {
    public static void main(String[] args) throws Exception {
        Map<String, Object> props = Map.of("bootstrap.servers", args[0]);
        try (MirrorClient client = new MirrorClient(props)) {
            System.out.println("hops " + client.replicationHops(args[1]));
            System.out.println("upstream " + new TreeSet<>(client.upstreamClusters()));
            System.out.println("heartbeats " + new TreeSet<>(client.heartbeatTopics()));
            System.out.println("checkpoints " + new TreeSet<>(client.checkpointTopics()));
            System.out.println("remote " + new TreeSet<>(client.remoteTopics(args[1])));
        }

        Map<TopicPartition, OffsetAndMetadata> offsets = RemoteClusterUtils.translateOffsets(props, args[1], args[2], Duration.ofSeconds(20));
        TreeMap<String, Long> sorted = new TreeMap<>();
        offsets.forEach((tp, offset) -> sorted.put(tp.toString(), offset.offset()));
        sorted.forEach((tp, offset) -> System.out.println("offset " + tp + " " + offset));
    }
}
