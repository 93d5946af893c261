package org.apache.kafka.connect.mirror;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.OffsetUtils;

/**
 * MirrorMaker 2's own classes, asked one question a line. Fields are tab-separated; texts and bytes are in hexadecimal, null is a dash.
 * The answer is one line, likewise.
 */
public class MirrorOracle {
    private static final JsonConverter JSON = new JsonConverter();

    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        JSON.configure(Map.of("schemas.enable", "false"), false);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] f = line.split("\t", -1);
            answers.println(switch (f[0]) {
                case "policy" -> policy(f);
                case "sync" -> sync(new OffsetSync(partition(f, 1), number(f[3]), number(f[4])));
                case "readSync" -> read(() -> sync(OffsetSync.deserializeRecord(record(f))));
                case "checkpoint" -> checkpoint(new Checkpoint(text(f[1]), partition(f, 2), number(f[4]), number(f[5]), text(f[6])));
                case "readCheckpoint" -> read(() -> checkpoint(Checkpoint.deserializeRecord(record(f))));
                case "heartbeat" -> heartbeat(new Heartbeat(text(f[1]), text(f[2]), number(f[3])));
                case "readHeartbeat" -> read(() -> heartbeat(Heartbeat.deserializeRecord(record(f))));
                case "sourceKey" -> connectorKey(text(f[1]), MirrorUtils.wrapPartition(partition(f, 3), text(f[2])));
                case "checkpointKey" -> connectorKey(text(f[1]), new Checkpoint(text(f[2]), partition(f, 3), 0, 0, "").connectPartition());
                case "heartbeatKey" -> connectorKey(text(f[1]), new Heartbeat(text(f[2]), text(f[3]), 0).connectPartition());
                case "position" -> hex(JSON.fromConnectData("t", null, MirrorUtils.wrapOffset(number(f[1]))));
                case "readPosition" -> read(() -> position(bytes(f[1])));
                case "store" -> store(f);
                case "emitter" -> emitter(f);
                default -> throw new IllegalArgumentException(line);
            });
        }
    }

    /** class, separator, internal separator enabled, alias or dash, topic, other alias. */
    static String policy(String[] f) {
        Map<String, Object> config = new HashMap<>();
        config.put("replication.policy.separator", text(f[2]));
        config.put("replication.policy.internal.topic.separator.enabled", f[3]);
        if (!f[4].equals("-")) config.put("source.cluster.alias", text(f[4]));
        DefaultReplicationPolicy policy = f[1].equals("identity") ? new IdentityReplicationPolicy() : new DefaultReplicationPolicy();
        policy.configure(config);
        String topic = text(f[5]), alias = text(f[6]);
        MirrorSourceConnector connector = new MirrorSourceConnector(new SourceAndTarget("source", alias), policy, t -> true, p -> true);
        return answer(policy.formatRemoteTopic(alias, topic), policy.topicSource(topic), policy.upstreamTopic(topic), policy.originalTopic(topic),
            policy.heartbeatsTopic(), policy.offsetSyncsTopic(alias), policy.checkpointsTopic(alias), policy.isHeartbeatsTopic(topic),
            policy.isCheckpointsTopic(topic), policy.isMM2InternalTopic(topic), policy.isInternalTopic(topic), connector.isCycle(topic));
    }

    static String sync(OffsetSync s) {
        return hex(s.recordKey()) + "\t" + hex(s.recordValue());
    }

    static String checkpoint(Checkpoint c) {
        return hex(c.recordKey()) + "\t" + hex(c.recordValue());
    }

    static String heartbeat(Heartbeat h) {
        return hex(h.recordKey()) + "\t" + hex(h.recordValue());
    }

    /** Key bytes as Connect's OffsetStorageWriter makes them, and where its producer puts them among 25 partitions. */
    static String connectorKey(String connector, Map<String, ?> fields) {
        byte[] key = JSON.fromConnectData(connector, null, Arrays.asList(connector, fields));
        return hex(key) + "\t" + BuiltInPartitioner.partitionForKey(key, 25);
    }

    /** The offset that a task starts behind, or that it has none: OffsetStorageReaderImpl, MirrorSourceTask. */
    @SuppressWarnings("unchecked")
    static String position(byte[] value) {
        Object offset = JSON.toConnectData("t", value).value();
        OffsetUtils.validateFormat(offset);
        Long found = MirrorUtils.unwrapOffset((Map<String, ?>) offset);
        return found >= 0 ? found.toString() : "error";
    }

    /** must read to end, syncs of the initial read, later ones ("up:down up:down"), offsets to translate. Answers with the syncs kept and the translations. */
    static String store(String[] f) {
        TopicPartition tp = new TopicPartition("t", 0);
        var store = new OffsetSyncStore() {
            void feed(String syncs) {
                for (String sync : syncs.split(" ")) {
                    if (sync.isEmpty()) continue;
                    OffsetSync s = new OffsetSync(tp, number(sync.split(":")[0]), number(sync.split(":")[1]));
                    handleRecord(new ConsumerRecord<>("t", 0, 0, s.recordKey(), s.recordValue()));
                }
            }

            @Override
            void backingStoreStart() {
                feed(f[2]);
            }
        };
        store.start(Boolean.parseBoolean(f[1]));
        store.feed(f[3]);
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < OffsetSyncStore.SYNCS_PER_PARTITION && !(f[2] + f[3]).isEmpty(); i++) {
            OffsetSync s = store.syncFor(tp, i);
            if (i == 0 || s != store.syncFor(tp, i - 1)) kept.append(s.upstreamOffset()).append(':').append(s.downstreamOffset()).append(' ');
        }
        String translated = Arrays.stream(f[4].split(" ")).map(g -> store.translateDownstream("g", tp, number(g))).map(t -> t.isPresent() ? t.getAsLong() + "" : "-")
            .collect(Collectors.joining(" "));
        return kept.toString().trim() + "\t" + translated;
    }

    /** lag, then "partition:up:down:count" record runs, "c" for a commit, "s" for a send of all that is pending. Answers with what is pending and delayed after each. */
    static String emitter(String[] f) {
        OffsetSyncWriter writer = new OffsetSyncWriter(null, "t", null, number(f[1]));
        List<String> states = new ArrayList<>();
        for (String step : f[2].split(" ")) {
            if (step.equals("c")) {
                writer.promoteDelayedOffsetSyncs();
            } else if (step.equals("s")) {
                writer.getPendingOffsetSyncs().clear();
            } else {
                long[] n = Arrays.stream(step.split(":")).mapToLong(Long::parseLong).toArray();
                for (long i = 0; i < n[3]; i++) writer.maybeQueueOffsetSyncs(new TopicPartition("t", (int) n[0]), n[1] + i, n[2] + i);
            }
            states.add(syncs(writer.getPendingOffsetSyncs().values()));
        }
        return String.join("|", states) + "\t" + syncs(writer.getDelayedOffsetSyncs().values());
    }

    static String syncs(Collection<OffsetSync> syncs) {
        return syncs.stream().map(MirrorOracle::show).sorted().collect(Collectors.joining(","));
    }

    static String show(OffsetSync s) {
        return s.topicPartition().partition() + ":" + s.upstreamOffset() + ":" + s.downstreamOffset();
    }

    static ConsumerRecord<byte[], byte[]> record(String[] f) {
        return new ConsumerRecord<>("t", 0, 0, bytes(f[1]), bytes(f[2]));
    }

    static String read(java.util.function.Supplier<String> reading) {
        try {
            return reading.get();
        } catch (RuntimeException e) {
            return "error";
        }
    }

    static TopicPartition partition(String[] f, int at) {
        return new TopicPartition(text(f[at]), Integer.parseInt(f[at + 1]));
    }

    static long number(String text) {
        return Long.parseLong(text);
    }

    static String answer(Object... values) {
        return Arrays.stream(values).map(v -> v instanceof String s ? hex(s.getBytes(StandardCharsets.UTF_8)) : v == null ? "-" : v.toString())
            .collect(Collectors.joining("\t"));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String text(String hex) {
        return new String(bytes(hex), StandardCharsets.UTF_8);
    }
}
