import java.nio.ByteBuffer;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.*;
import org.apache.kafka.clients.consumer.internals.*;
import org.apache.kafka.common.*;

/**
 * Prints what Kafka's own assignors decide for seeded random groups, over three generations each in which members and topics come and go.
 * "java -cp libs/* AssignorVectors.java SEED GROUPS". The lines of one decision: "assign NAME", "topic NAME PARTITIONS",
 * "member ID INSTANCE-OR-MINUS SUBSCRIPTION-IN-HEX" and "gets ID TOPIC-PARTITION ...".
 */
public class AssignorVectors {
    static Random random;

    public static void main(String[] args) {
        random = new Random(Long.parseLong(args[0]));
        int groups = Integer.parseInt(args[1]);
        System.out.println("# seed " + args[0] + ", " + groups + " groups, three generations each");
        for (int i = 0; i < groups; i++) {
            group(i);
        }
    }

    static AbstractPartitionAssignor assignor(int kind) {
        switch (kind % 4) {
            case 0: return new RangeAssignor();
            case 1: return new RoundRobinAssignor();
            case 2: return new StickyAssignor();
            default: return new CooperativeStickyAssignor();
        }
    }

    static void group(int kind) {
        boolean alike = random.nextBoolean();
        TreeMap<String, Integer> topics = new TreeMap<>();
        for (int i = 0, n = 1 + random.nextInt(4); i < n; i++) {
            topics.put("t" + i, 1 + random.nextInt(7));
        }

        TreeMap<String, AbstractPartitionAssignor> members = new TreeMap<>();
        TreeMap<String, List<String>> subscribed = new TreeMap<>();
        TreeMap<String, String> instances = new TreeMap<>();
        TreeMap<String, List<TopicPartition>> owned = new TreeMap<>();
        TreeMap<String, Integer> generations = new TreeMap<>();
        for (int generation = 1; generation <= 3; generation++) {
            if (generation == 3 && random.nextBoolean()) {
                topics.put("t9", 1 + random.nextInt(5));
            }

            if (members.size() > 1 && random.nextBoolean()) {
                String gone = members.keySet().iterator().next();
                members.remove(gone);
                owned.remove(gone);
            }

            for (int i = 0, n = generation == 1 ? 1 + random.nextInt(4) : random.nextInt(3); i < n; i++) {
                String id = "m" + random.nextInt(1000);
                members.put(id, assignor(kind));
                owned.put(id, new ArrayList<>());
                generations.put(id, -1);
                if (random.nextInt(4) == 0) {
                    String instance = "i" + random.nextInt(1000);
                    if (!instances.containsValue(instance)) { // a group has one member of an instance id
                        instances.put(id, instance);
                    }
                }
            }

            Map<String, Subscription> subscriptions = new TreeMap<>();
            for (String id : members.keySet()) {
                if (generation == 1 || !subscribed.containsKey(id) || alike) {
                    List<String> some = new ArrayList<>(topics.keySet());
                    if (!alike) {
                        some.removeIf(t -> random.nextInt(3) == 0);
                    }
                    subscribed.put(id, some);
                }

                owned.get(id).removeIf(p -> !subscribed.get(id).contains(p.topic())); // given up before the join
                boolean cooperative = members.get(id) instanceof CooperativeStickyAssignor;
                ByteBuffer userData = members.get(id).subscriptionUserData(new HashSet<>(subscribed.get(id)));
                Subscription subscription = new Subscription(
                    subscribed.get(id), userData, cooperative ? owned.get(id) : Collections.emptyList(), generations.get(id), Optional.empty());
                subscription.setGroupInstanceId(Optional.ofNullable(instances.get(id)));
                subscriptions.put(id, subscription);
            }

            Map<String, Integer> counts = new TreeMap<>(topics);
            counts.keySet().removeIf(t -> subscriptions.values().stream().noneMatch(s -> s.topics().contains(t)));
            String asked = text(members.firstEntry().getValue().name(), counts, subscriptions, instances);
            Map<String, List<TopicPartition>> assignment;
            try {
                assignment = members.firstEntry().getValue().assign(new HashMap<>(counts), new HashMap<>(subscriptions));
            } catch (NullPointerException e) {
                return; // AbstractStickyAssignor stumbles over what a member had of topics that it no longer wants
            }
            System.out.print(asked);
            for (String id : members.keySet()) {
                List<TopicPartition> gets = new ArrayList<>(assignment.get(id));
                gets.sort(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
                StringBuilder line = new StringBuilder("gets ").append(id);
                gets.forEach(p -> line.append(' ').append(p));
                System.out.println(line);

                // Sometimes a member misses a generation, and comes back with an old claim.
                if (random.nextInt(8) != 0) {
                    owned.put(id, gets);
                    generations.put(id, generation);
                    members.get(id).onAssignment(new Assignment(gets), new ConsumerGroupMetadata("g", generation, id, Optional.empty()));
                }
            }
        }
    }

    /** Before the assignor runs: it reads the user data away. */
    static String text(String name, Map<String, Integer> topics, Map<String, Subscription> subscriptions, Map<String, String> instances) {
        StringBuilder text = new StringBuilder("assign " + name + "\n");
        topics.forEach((topic, partitions) -> text.append("topic " + topic + " " + partitions + "\n"));
        subscriptions.forEach((id, subscription) -> {
            ByteBuffer bytes = ConsumerProtocol.serializeSubscription(subscription);
            text.append("member " + id + " " + instances.getOrDefault(id, "-") + " ");
            while (bytes.hasRemaining()) {
                text.append(String.format("%02x", bytes.get()));
            }
            text.append('\n');
        });
        return text.toString();
    }
}
