using Heliostat.Broker;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Conformance.Clients;

/// <summary>Kafka's own command line tools against the embedded broker: what they print is what an operator reads.</summary>
public sealed class JavaToolTests
{
    [KafkaFact]
    public async Task Console_producer_and_consumer_pass_records_on()
    {
        await using var cluster = await StartAsync(new EmbeddedTopic("t", 2));

        await Tool.KafkaAsync(
            "kafka-console-producer.sh",
            $"--bootstrap-server {cluster.BootstrapServers} --topic t --reader-property parse.key=true --reader-property key.separator=: "
                + "--compression-codec=zstd",
            "a:one\nb:two\nc:three\n");
        var read = await Tool.KafkaAsync(
            "kafka-console-consumer.sh",
            $"--bootstrap-server {cluster.BootstrapServers} --topic t --group g --from-beginning --max-messages 3 --formatter-property "
                + "print.key=true " +
            "--formatter-property print.offset=true");

        Assert.Equal(["a\tone", "b\ttwo", "c\tthree"], Lines(read).Select(line => line[(line.IndexOf('\t') + 1)..]).Order());
        Assert.Equal(3, cluster.LogEndOffset("t", 0) + cluster.LogEndOffset("t", 1));
    }

    [KafkaFact]
    public async Task Topics_are_created_described_changed_and_deleted()
    {
        await using var cluster = await StartAsync();
        var server = $"--bootstrap-server {cluster.BootstrapServers}";

        var created = await Tool.KafkaAsync("kafka-topics.sh",
            $"{server} --create --topic orders --partitions 2 --replication-factor 3 --config cleanup.policy=compact");
        await Tool.KafkaAsync("kafka-topics.sh", $"{server} --alter --topic orders --partitions 3");
        var listed = await Tool.KafkaAsync("kafka-topics.sh", $"{server} --list");
        var described = await Tool.KafkaAsync("kafka-topics.sh", $"{server} --describe --topic orders");
        var unavailable = await Tool.KafkaAsync("kafka-topics.sh", $"{server} --describe --unavailable-partitions");
        await Tool.KafkaAsync("kafka-topics.sh", $"{server} --delete --topic orders");

        Assert.Contains("Created topic orders.", created);
        Assert.Equal(["orders"], Lines(listed));
        Assert.Matches("PartitionCount: 3\tReplicationFactor: 3\tConfigs: .*cleanup.policy=compact", described);
        Assert.Matches("Partition: 2\tLeader: [0-2]\tReplicas: [0-2],[0-2],[0-2]\tIsr: [0-2],[0-2],[0-2]", described);
        Assert.Empty(Lines(unavailable));
        Assert.Throws<ArgumentException>(() => cluster.LogEndOffset("orders", 0));
    }

    [KafkaFact]
    public async Task Configs_are_changed_and_described()
    {
        await using var cluster = await StartAsync(new EmbeddedTopic("t"));
        var server = $"--bootstrap-server {cluster.BootstrapServers}";

        await Tool.KafkaAsync("kafka-configs.sh",
            $"{server} --alter --entity-type topics --entity-name t --add-config retention.ms=3600000,max.message.bytes=2000000");
        await Tool.KafkaAsync("kafka-configs.sh",
            $"{server} --alter --entity-type topics --entity-name t --delete-config max.message.bytes");
        await Tool.KafkaAsync("kafka-configs.sh",
            $"{server} --alter --entity-type clients --entity-name greedy --add-config producer_byte_rate=1000000");
        var topic = await Tool.KafkaAsync("kafka-configs.sh", $"{server} --describe --entity-type topics --entity-name t");
        var all = await Tool.KafkaAsync("kafka-configs.sh", $"{server} --describe --all --entity-type brokers --entity-name 1");
        var quota = await Tool.KafkaAsync("kafka-configs.sh", $"{server} --describe --entity-type clients");

        Assert.Contains(
            "Dynamic configs for topic t are:\n  retention.ms=3600000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=3600000",
            topic);
        Assert.DoesNotContain("max.message.bytes", topic);
        Assert.Contains("auto.create.topics.enable=true sensitive=false synonyms={DEFAULT_CONFIG:auto.create.topics.enable=true}", all);
        Assert.Contains("Quota configs for client-id 'greedy' are producer_byte_rate=1000000.0", quota);
    }

    [KafkaFact]
    public async Task Groups_are_listed_described_reset_and_deleted()
    {
        await using var cluster = await StartAsync(new EmbeddedTopic("t", 2));
        var server = $"--bootstrap-server {cluster.BootstrapServers}";
        await ProduceAsync(cluster, "t", 1, 5);
        await using var coordinator = await CoordinatorAsync(cluster, "g");
        await coordinator.CallAsync(Groups.OffsetTests.Commit("g", "t", Guid.Empty, 0), 8, CancellationToken.None);

        var reset = await Tool.KafkaAsync("kafka-consumer-groups.sh",
            $"{server} --reset-offsets --group g --topic t:1 --to-offset 3 --execute");
        var listed = await Tool.KafkaAsync("kafka-consumer-groups.sh", $"{server} --list --state");
        var described = await Tool.KafkaAsync("kafka-consumer-groups.sh", $"{server} --describe --group g");
        var state = await Tool.KafkaAsync("kafka-consumer-groups.sh", $"{server} --describe --group g --state");
        var deleted = await Tool.KafkaAsync("kafka-consumer-groups.sh", $"{server} --delete --group g");

        Assert.Matches(@"g +t +1 +3", reset);
        Assert.Matches(@"g +Empty", listed);
        Assert.Matches(@"g +t +1 +3 +5 +2 ", described);
        Assert.Matches(@"g +127\.0\.0\.1:[0-9]+ +\([0-2]\) .*Empty +0", state);
        Assert.Contains("Deletion of requested consumer groups ('g') was successful.", deleted);
    }

    [KafkaFact]
    public async Task Offsets_are_asked_for_and_records_deleted()
    {
        await using var cluster = await StartAsync(new EmbeddedTopic("t", 2));
        var server = $"--bootstrap-server {cluster.BootstrapServers}";
        await ProduceAsync(cluster, "t", 1, 5);
        using var folder = new TemporaryFolder("deletion");
        var file = folder.File("offsets.json");
        await File.WriteAllTextAsync(file, """{"partitions": [{"topic": "t", "partition": 1, "offset": 2}], "version": 1}""");

        var latest = await Tool.KafkaAsync("kafka-get-offsets.sh", $"{server} --topic t --time latest");
        var deleted = await Tool.KafkaAsync("kafka-delete-records.sh", $"{server} --offset-json-file {file}");
        var earliest = await Tool.KafkaAsync("kafka-get-offsets.sh", $"{server} --topic t --time earliest");
        var largest = await Tool.KafkaAsync("kafka-get-offsets.sh", $"{server} --topic-partitions t:1 --time max-timestamp");

        Assert.Equal(["t:0:0", "t:1:5"], Lines(latest));
        Assert.Contains("partition: t-1\tlow_watermark: 2", deleted);
        Assert.Equal(["t:0:0", "t:1:2"], Lines(earliest));
        Assert.Equal(["t:1:4"], Lines(largest));
    }

    [KafkaFact]
    public async Task Access_rules_are_added_listed_and_removed()
    {
        await using var cluster = await StartAsync(new EmbeddedTopic("t"));
        var server = $"--bootstrap-server {cluster.BootstrapServers}";

        await Tool.KafkaAsync("kafka-acls.sh", $"{server} --add --allow-principal User:alice --consumer --topic t --group g");
        var listed = await Tool.KafkaAsync("kafka-acls.sh", $"{server} --list");
        await Tool.KafkaAsync("kafka-acls.sh", $"{server} --remove --force --topic t");
        var left = await Tool.KafkaAsync("kafka-acls.sh", $"{server} --list");

        Assert.Contains("ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL)", listed);
        Assert.Contains("(principal=User:alice, host=*, operation=READ, permissionType=ALLOW)", listed);
        Assert.DoesNotContain("resourceType=TOPIC", left);
        Assert.Contains("ResourcePattern(resourceType=GROUP, name=g, patternType=LITERAL)", left);
    }

    [KafkaFact]
    public async Task Performance_and_verifiable_clients_count_their_records()
    {
        await using var cluster = await StartAsync(new EmbeddedTopic("t", 2), new EmbeddedTopic("v", 2));

        var produced = await Tool.KafkaAsync(
            "kafka-producer-perf-test.sh",
            "--topic t --num-records 50000 --record-size 200 --throughput -1 --producer-props "
                + $"bootstrap.servers={cluster.BootstrapServers} acks=all");
        var consumed = await Tool.KafkaAsync("kafka-consumer-perf-test.sh",
            $"--bootstrap-server {cluster.BootstrapServers} --topic t --messages 50000 --timeout 60000");
        var verified = await Tool.KafkaAsync("kafka-verifiable-producer.sh",
            $"--bootstrap-server {cluster.BootstrapServers} --topic v --max-messages 200 --acks -1");
        var reread = await Tool.KafkaAsync("kafka-verifiable-consumer.sh",
            $"--bootstrap-server {cluster.BootstrapServers} --topic v --group-id v --max-messages 200 --reset-policy earliest");

        Assert.Contains("50000 records sent", produced);
        Assert.Contains(", 50000, ", Lines(consumed)[^1]);
        Assert.Equal(50_000, cluster.LogEndOffset("t", 0) + cluster.LogEndOffset("t", 1));
        Assert.Contains("\"acked\":200", verified);
        Assert.Equal(200, cluster.LogEndOffset("v", 0) + cluster.LogEndOffset("v", 1));
        Assert.Contains("\"name\":\"offsets_committed\"", reread);
        Assert.Contains("\"name\":\"shutdown_complete\"", reread);
    }

    [KafkaFact]
    public async Task Transactions_are_listed_described_and_found_hanging()
    {
        await using var cluster = await StartAsync(new EmbeddedTopic("t"));
        var server = $"--bootstrap-server {cluster.BootstrapServers}";
        await using var client = await CoordinatorAsync(cluster, "x");
        var init = await client.CallAsync(new InitProducerIdRequest { TransactionalId = "x", TransactionTimeoutMs = 60_000 }, 4,
            CancellationToken.None);
        await client.CallAsync(
            new AddPartitionsToTxnRequest
            {
                V3AndBelowTransactionalId = "x",
                V3AndBelowProducerId = init.ProducerId,
                V3AndBelowProducerEpoch = init.ProducerEpoch,
                V3AndBelowTopics = [new AddPartitionsToTxnTopic { Name = "t", Partitions = [0] }],
            },
            3,
            CancellationToken.None);

        var listed = await Tool.KafkaAsync("kafka-transactions.sh", $"{server} list");
        var described = await Tool.KafkaAsync("kafka-transactions.sh", $"{server} describe --transactional-id x");
        var hanging = await Tool.KafkaAsync("kafka-transactions.sh", $"{server} find-hanging --topic t");

        Assert.Matches($@"x\s+[0-2]\s+{init.ProducerId}\s+Ongoing", listed);
        Assert.Matches($@"x\s+{init.ProducerId}\s+0\s+Ongoing\s+60000\s.*t-0", described);
        Assert.Single(Lines(hanging));
    }

    internal static Task<EmbeddedCluster> StartAsync(params EmbeddedTopic[] topics) =>
        EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerCount = 3, Topics = topics }, CancellationToken.None);

    private static string[] Lines(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Produces records with timestamps that rise.</summary>
    private static async Task ProduceAsync(EmbeddedCluster cluster, string topic, int partition, int count)
    {
        await using var client = await RawClient.ConnectAsync(Address(cluster, cluster.Leader(topic, partition)), CancellationToken.None);
        var answer = await client.CallAsync(Batches.Produce(topic, partition,
            Batches.Of([.. Enumerable.Range(0, count).Select(n => $"v{n}")])), 9, CancellationToken.None);
        Assert.Equal(ErrorCode.None, answer.Responses[0].PartitionResponses[0].ErrorCode);
    }

    private static async Task<RawClient> CoordinatorAsync(EmbeddedCluster cluster, string key)
    {
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
        var found = await client.CallAsync(new FindCoordinatorRequest { Key = key }, 2, CancellationToken.None);
        return await RawClient.ConnectAsync(Address(cluster, found.NodeId), CancellationToken.None);
    }

    private static string Address(EmbeddedCluster cluster, int broker) => cluster.BootstrapServers.Split(',')[broker];
}
