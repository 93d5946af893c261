import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.*;

/**
 * Kafka's own clients, told what to do by one line of JSON each, for tests that must not trust our own client. Started by JavaOracle.cs as
 * "java -cp libs/* Oracle.java"; compiles against the clients of 3.9 and 4.x. Ends with its standard input.
 */
public class Oracle {
    static final ObjectMapper JSON = new ObjectMapper();
    static final PrintStream ANSWERS = System.out;
    static final Map<String, Admin> ADMINS = new ConcurrentHashMap<>();
    static final Map<String, KafkaProducer<byte[], byte[]>> PRODUCERS = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        System.setOut(System.err); // what the clients log must not come between the answers
        ExecutorService threads = Executors.newCachedThreadPool();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            JsonNode request = JSON.readTree(line);
            threads.submit(() -> answer(request));
        }
        Runtime.getRuntime().halt(0);
    }

    static void answer(JsonNode request) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("id", request.get("id").asLong());
        try {
            answer.set("ok", perform(request.get("do").asText(), request));
        } catch (Throwable e) {
            StringWriter trace = new StringWriter();
            (e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e).printStackTrace(new PrintWriter(trace));
            answer.put("error", trace.toString());
        }
        synchronized (ANSWERS) {
            ANSWERS.println(answer);
            ANSWERS.flush();
        }
    }

    static JsonNode perform(String command, JsonNode r) throws Exception {
        switch (command) {
            case "createTopic": return createTopic(r);
            case "deleteTopic": admin(r).deleteTopics(List.of(text(r, "topic"))).all().get(); return null;
            case "listTopics": return JSON.valueToTree(new TreeSet<>(admin(r).listTopics().names().get()));
            case "createPartitions":
                admin(r).createPartitions(Map.of(text(r, "topic"), NewPartitions.increaseTo(r.get("partitions").asInt()))).all().get();
                return null;
            case "describeTopic": return describeTopic(r);
            case "alterTopic": return alterTopic(r);
            case "deleteRecords":
                admin(r).deleteRecords(Map.of(partition(r), RecordsToDelete.beforeOffset(r.get("before").asLong()))).all().get();
                return null;
            case "moveLeader": return moveLeader(r);
            case "groupOffsets": return groupOffsets(r);
            case "setGroupOffsets": return setGroupOffsets(r);
            case "groupMembers": return groupMembers(r);
            case "offsets": return offsets(r);
            case "read": return read(r);
            case "generate": return generate(r);
            case "openProducer": return openProducer(r);
            case "send": return send(r);
            case "begin": producer(r).beginTransaction(); return null;
            case "commit": producer(r).commitTransaction(); return null;
            case "abort": producer(r).abortTransaction(); return null;
            case "closeProducer": PRODUCERS.remove(text(r, "producer")).close(Duration.ofSeconds(30)); return null;
            default: throw new IllegalArgumentException(command);
        }
    }

    // ---- admin

    /** Answers once the topic has all its leaders, or the first client may be told that it does not exist. */
    static JsonNode createTopic(JsonNode r) throws Exception {
        NewTopic topic = new NewTopic(text(r, "topic"), r.get("partitions").asInt(), (short) r.get("replicas").asInt());
        admin(r).createTopics(List.of(topic.configs(strings(r.get("configs"))))).all().get();
        for (long deadline = in(30); ; Thread.sleep(20)) {
            try {
                List<TopicPartitionInfo> seen = partitions(r);
                if (seen.size() == topic.numPartitions() && seen.stream().allMatch(p -> p.leader() != null)) return null;
            } catch (ExecutionException e) {
                if (System.nanoTime() > deadline) throw e;
            }
        }
    }

    static JsonNode describeTopic(JsonNode r) throws Exception {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode partitions = answer.putArray("partitions");
        for (TopicPartitionInfo p : partitions(r)) {
            ObjectNode o = partitions.addObject().put("partition", p.partition()).put("leader", p.leader() == null ? -1 : p.leader().id());
            o.set("replicas", JSON.valueToTree(p.replicas().stream().map(Node::id).toList()));
            o.set("isr", JSON.valueToTree(p.isr().stream().map(Node::id).toList()));
        }
        ObjectNode configs = answer.putObject("configs");
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, text(r, "topic"));
        for (ConfigEntry e : admin(r).describeConfigs(List.of(resource)).all().get().get(resource).entries()) configs.put(e.name(), e.value());
        return answer;
    }

    static JsonNode alterTopic(JsonNode r) throws Exception {
        List<AlterConfigOp> changes = new ArrayList<>();
        strings(r.get("configs")).forEach((k, v) -> changes.add(new AlterConfigOp(new ConfigEntry(k, v), AlterConfigOp.OpType.SET)));
        admin(r).incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, text(r, "topic")), changes)).all().get();
        return null;
    }

    /** Makes a replica the preferred one and elects it; answers once it leads. */
    static JsonNode moveLeader(JsonNode r) throws Exception {
        TopicPartition tp = partition(r);
        int to = r.get("to").asInt();
        List<Integer> replicas = new ArrayList<>(List.of(to));
        for (Node n : partitions(r).get(tp.partition()).replicas()) if (n.id() != to) replicas.add(n.id());
        admin(r).alterPartitionReassignments(Map.of(tp, Optional.of(new NewPartitionReassignment(replicas)))).all().get();
        for (long deadline = in(60); ; Thread.sleep(50)) {
            Node leader = partitions(r).get(tp.partition()).leader();
            if (leader != null && leader.id() == to) return null;
            if (System.nanoTime() > deadline) throw new TimeoutException("leader of " + tp + " did not move to " + to + " but is " + leader);
            try {
                admin(r).electLeaders(ElectionType.PREFERRED, Set.of(tp)).all().get();
            } catch (ExecutionException e) {
                // not in sync yet, or it leads already: the next look at the partition decides
            }
        }
    }

    static List<TopicPartitionInfo> partitions(JsonNode r) throws Exception {
        return admin(r).describeTopics(List.of(text(r, "topic"))).allTopicNames().get().get(text(r, "topic")).partitions();
    }

    static JsonNode groupOffsets(JsonNode r) throws Exception {
        ArrayNode answer = JSON.createArrayNode();
        admin(r).listConsumerGroupOffsets(text(r, "group")).partitionsToOffsetAndMetadata().get().forEach((tp, o) -> {
            if (o != null) answer.addObject().put("topic", tp.topic()).put("partition", tp.partition()).put("offset", o.offset());
        });
        return answer;
    }

    static JsonNode groupMembers(JsonNode r) throws Exception {
        ArrayNode answer = JSON.createArrayNode();
        try {
            for (MemberDescription m : admin(r).describeConsumerGroups(List.of(text(r, "group"))).all().get().get(text(r, "group")).members())
                answer.addObject().put("clientId", m.clientId()).put("partitions", m.assignment().topicPartitions().size());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof org.apache.kafka.common.errors.GroupIdNotFoundException)) throw e;
        }
        return answer;
    }

    static JsonNode setGroupOffsets(JsonNode r) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (JsonNode o : r.get("offsets")) offsets.put(partition(o), new OffsetAndMetadata(o.get("offset").asLong()));
        admin(r).alterConsumerGroupOffsets(text(r, "group"), offsets).all().get();
        return null;
    }

    // ---- producing

    /** Batches are as large as the caller's sends: flush ends a long linger. */
    static JsonNode openProducer(JsonNode r) {
        Map<String, Object> config = producerConfig(r);
        config.putIfAbsent("linger.ms", "10000");
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        if (config.containsKey("transactional.id")) producer.initTransactions();
        PRODUCERS.put(text(r, "producer"), producer);
        return null;
    }

    /** Sends all, flushes, and answers with the offset of each record. */
    static JsonNode send(JsonNode r) throws Exception {
        KafkaProducer<byte[], byte[]> producer = producer(r);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (JsonNode record : r.get("records")) {
            ProducerRecord<byte[], byte[]> p = new ProducerRecord<>(text(r, "topic"),
                absent(record, "partition") ? null : record.get("partition").asInt(),
                absent(record, "timestamp") ? null : record.get("timestamp").asLong(),
                bytes(record, "key"), bytes(record, "value"));
            for (JsonNode h : record.path("headers")) p.headers().add(h.get("name").asText(), bytes(h, "value"));
            sent.add(producer.send(p));
        }
        producer.flush();
        ArrayNode answer = JSON.createArrayNode();
        for (Future<RecordMetadata> f : sent) answer.add(f.get().offset());
        return answer;
    }

    /**
     * Numbered records of half-random text: value n starts with its number, so no two are alike. Keys repeat ("keys" different ones; 0: null).
     * "partitions" places record n on n mod partitions; 0 leaves it to the partitioner.
     */
    static JsonNode generate(JsonNode r) throws Exception {
        long first = r.path("first").asLong(), count = r.get("count").asLong(), rate = r.path("perSecond").asLong();
        int size = r.get("valueBytes").asInt(), keys = r.path("keys").asInt(), partitions = r.path("partitions").asInt();
        Random random = new Random(r.path("seed").asLong());
        byte[] filler = new byte[Math.max(1 << 16, 2 * size)];
        for (int i = 0; i < filler.length; i++) filler[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 'a' + i % 8);
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        long started = System.nanoTime();
        // Seen of a new topic on a busy machine: with several in flight the client repeats a later batch, refused with OUT_OF_ORDER_SEQUENCE_NUMBER, until its time is over.
        Map<String, Object> config = producerConfig(r);
        config.putIfAbsent("max.in.flight.requests.per.connection", "1");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long n = first; n < first + count && failures.isEmpty(); n++) {
                byte[] number = (n + " ").getBytes(StandardCharsets.US_ASCII);
                byte[] value = new byte[Math.max(size, number.length)];
                System.arraycopy(filler, random.nextInt(filler.length - value.length), value, 0, value.length);
                System.arraycopy(number, 0, value, 0, number.length);
                byte[] key = keys == 0 ? null : ("key-" + n % keys).getBytes(StandardCharsets.US_ASCII);
                producer.send(new ProducerRecord<>(text(r, "topic"), partitions == 0 ? null : (int) (n % partitions), key, value),
                    (m, e) -> { if (e != null) failures.add(e); });
                long early = rate == 0 ? 0 : started + (n + 1 - first) * 1_000_000_000L / rate - System.nanoTime();
                if (early > 1_000_000) Thread.sleep(early / 1_000_000);
            }
        }
        if (!failures.isEmpty()) throw failures.peek();
        return null;
    }

    static Map<String, Object> producerConfig(JsonNode r) {
        Map<String, Object> config = new HashMap<>(strings(r.get("config")));
        config.put("bootstrap.servers", text(r, "bootstrap"));
        return config;
    }

    // ---- reading

    static JsonNode offsets(JsonNode r) throws Exception {
        if (!modern(r)) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer(r)) {
                List<TopicPartition> all = partitions(consumer, text(r, "topic"));
                Map<TopicPartition, Long> found = r.path("earliest").asBoolean() ? consumer.beginningOffsets(all) : consumer.endOffsets(all);
                return JSON.valueToTree(all.stream().map(found::get).toList());
            }
        }
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        OffsetSpec spec = r.path("earliest").asBoolean() ? OffsetSpec.earliest() : OffsetSpec.latest();
        for (TopicPartitionInfo p : partitions(r)) asked.put(new TopicPartition(text(r, "topic"), p.partition()), spec);
        Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found = admin(r).listOffsets(asked,
            new ListOffsetsOptions(modern(r) && r.path("committed").asBoolean() ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED)).all().get();
        return JSON.valueToTree(found.keySet().stream().sorted(Comparator.comparingInt(TopicPartition::partition)).map(tp -> found.get(tp).offset()).toList());
    }

    /** Reads every partition from its beginning to the end it has now. */
    static JsonNode read(JsonNode r) throws Exception {
        long deadline = in(r.path("withinSeconds").asLong(60));
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(r)) {
            List<TopicPartition> all = partitions(consumer, text(r, "topic"));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            Map<TopicPartition, Content> contents = new HashMap<>();
            for (TopicPartition tp : all)
                contents.put(tp, new Content(tp.partition(), ends.get(tp), r.path("records").asBoolean(), r.path("dedupe").asBoolean()));
            while (all.stream().anyMatch(tp -> consumer.position(tp) < ends.get(tp))) {
                if (System.nanoTime() > deadline) throw new TimeoutException("read " + text(r, "topic") + ": ends " + ends
                    + ", reached " + all.stream().map(consumer::position).toList());
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    TopicPartition tp = new TopicPartition(record.topic(), record.partition());
                    if (record.offset() < ends.get(tp)) contents.get(tp).add(record);
                }
            }
            ArrayNode answer = JSON.createArrayNode();
            for (TopicPartition tp : all) answer.add(contents.get(tp).json());
            return answer;
        }
    }

    /** What a consumer sees of one partition. A record's hash covers timestamp, key, value and headers; not its offset. */
    static class Content {
        final MessageDigest each = MessageDigest.getInstance("SHA-256");
        final MessageDigest sequence = MessageDigest.getInstance("SHA-256");
        final ObjectNode json = JSON.createObjectNode();
        final ArrayNode records;
        final Set<Long> seen;
        BigInteger sum = BigInteger.ZERO;
        long count, duplicates, first = -1, last = -1;

        Content(int partition, long end, boolean withRecords, boolean dedupe) throws Exception {
            json.put("partition", partition).put("endOffset", end);
            records = withRecords ? json.putArray("records") : null;
            seen = dedupe ? new HashSet<>() : null;
        }

        void add(ConsumerRecord<byte[], byte[]> record) throws Exception {
            byte[] hash = each.digest(canonical(record));
            if (first < 0) first = record.offset();
            last = record.offset();
            if (seen != null && !seen.add(new BigInteger(hash).longValue())) {
                duplicates++;
                return;
            }
            count++;
            sequence.update(hash);
            sum = sum.add(new BigInteger(1, hash));
            if (records == null) return;
            ObjectNode o = records.addObject().put("partition", record.partition()).put("offset", record.offset()).put("timestamp", record.timestamp())
                .put("timestampType", record.timestampType().toString()).put("key", record.key()).put("value", record.value());
            ArrayNode headers = o.putArray("headers");
            for (Header h : record.headers()) headers.addObject().put("name", h.key()).put("value", h.value());
        }

        ObjectNode json() {
            return json.put("count", count).put("duplicates", duplicates).put("firstOffset", first).put("lastOffset", last)
                .put("sequence", HexFormat.of().formatHex(sequence.digest())).put("sum", sum.toString(16));
        }

        static byte[] canonical(ConsumerRecord<byte[], byte[]> record) throws Exception {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + Math.max(0, record.serializedValueSize()));
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(record.timestamp());
            field(out, record.key());
            field(out, record.value());
            for (Header h : record.headers()) {
                field(out, h.key().getBytes(StandardCharsets.UTF_8));
                field(out, h.value());
            }
            return bytes.toByteArray();
        }

        static void field(DataOutputStream out, byte[] value) throws Exception {
            out.writeInt(value == null ? -1 : value.length);
            if (value != null) out.write(value);
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(JsonNode r) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", text(r, "bootstrap"));
        config.put("auto.offset.reset", "earliest");
        config.put("allow.auto.create.topics", modern(r) ? "false" : "true");
        config.put("isolation.level", modern(r) && !r.path("uncommitted").asBoolean() ? "read_committed" : "read_uncommitted");
        config.put("max.partition.fetch.bytes", "8388608");
        config.put("max.poll.records", "5000");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(topic, p.partition()))
            .sorted(Comparator.comparingInt(TopicPartition::partition)).toList();
    }

    // ---- fields of a request

    static Admin admin(JsonNode r) {
        return ADMINS.computeIfAbsent(text(r, "bootstrap"), b -> Admin.create(Map.of("bootstrap.servers", b)));
    }

    static KafkaProducer<byte[], byte[]> producer(JsonNode r) {
        return PRODUCERS.get(text(r, "producer"));
    }

    static TopicPartition partition(JsonNode r) {
        return new TopicPartition(text(r, "topic"), r.get("partition").asInt());
    }

    /** Brokers before 0.11 know neither transactions nor how to look up a topic without creating it. */
    static boolean modern(JsonNode r) {
        return r.get("modern").asBoolean();
    }

    static String text(JsonNode r, String name) {
        return r.get(name).asText();
    }

    static boolean absent(JsonNode r, String name) {
        return !r.has(name) || r.get(name).isNull();
    }

    static byte[] bytes(JsonNode r, String name) throws Exception {
        return absent(r, name) ? null : r.get(name).binaryValue();
    }

    static Map<String, String> strings(JsonNode node) {
        Map<String, String> map = new HashMap<>();
        if (node != null) node.fields().forEachRemaining(e -> map.put(e.getKey(), e.getValue().asText()));
        return map;
    }

    static long in(long seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }
}
