package org.apache.kafka.connect.mirror;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.stream.Collectors;

/**
 * MirrorMaker 2's own classes, asked one question a line. Fields are tab-separated; texts and bytes are in hexadecimal, null is a dash.
 * The answer is one line, likewise.
 */
public class MirrorOracle {
    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] f = line.split("\t", -1);
            answers.println(switch (f[0]) {
                case "policy" -> policy(f);
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
