using Heliostat.Broker;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Conformance.Clients;

/// <summary>
/// The mirrors of Apache Kafka between two embedded clusters: the longest conversations that the embedded broker is held to.
/// </summary>
public sealed class MirrorMakerTests
{
    private const int Records = 300;

    [KafkaFact("3.9.1")]
    public async Task MirrorMaker_1_copies_all_records()
    {
        await using var source = await JavaToolTests.StartAsync(new EmbeddedTopic("orders", 3));
        await using var target = await JavaToolTests.StartAsync(new EmbeddedTopic("orders", 3));
        await FillAsync(source, "orders", 3);
        using var folder = new TemporaryFolder("mm1");
        await File.WriteAllTextAsync(folder.File("consumer"),
            $"bootstrap.servers={source.BootstrapServers}\ngroup.id=mm\nauto.offset.reset=earliest\n");
        await File.WriteAllTextAsync(folder.File("producer"), $"bootstrap.servers={target.BootstrapServers}\n");

        await using var mirror = Tool.StartKafka(
            "3.9.1", "kafka-mirror-maker.sh", ["--consumer.config", folder.File("consumer"), "--producer.config", folder.File("producer"),
                "--include", "orders", "--num.streams", "2"]);
        await mirror.UntilAsync("all records are there", () => Task.FromResult(Count(target, "orders", 3) == Records * 3));
        mirror.Signal(ProcessSignal.Terminate);

        await mirror.UntilAsync("positions are committed", async () => await CommittedAsync(source, "mm", "orders") == Records * 3);
        Assert.Equal(await ValuesAsync(source, "orders", 3), await ValuesAsync(target, "orders", 3));
    }

    [KafkaFact("4.3.1")]
    public async Task MirrorMaker_2_copies_exactly_once()
    {
        await using var source = await JavaToolTests.StartAsync(new EmbeddedTopic("orders", 2));
        await using var target = await JavaToolTests.StartAsync();
        await FillAsync(source, "orders", 2);
        using var folder = new TemporaryFolder("mm2");
        await File.WriteAllTextAsync(folder.File("mm2"), $"""
            clusters = A, B
            A.bootstrap.servers = {source.BootstrapServers}
            B.bootstrap.servers = {target.BootstrapServers}
            A->B.enabled = true
            B->A.enabled = false
            A->B.topics = orders
            replication.factor = 1
            checkpoints.topic.replication.factor = 1
            heartbeats.topic.replication.factor = 1
            offset-syncs.topic.replication.factor = 1
            offset.storage.replication.factor = 1
            status.storage.replication.factor = 1
            config.storage.replication.factor = 1
            B.exactly.once.source.support = enabled
            dedicated.mode.enable.internal.rest = true
            listeners = http://127.0.0.1:0
            A.consumer.isolation.level = read_committed
            B.offset.flush.interval.ms = 500
            refresh.topics.interval.seconds = 1
            sync.topic.configs.interval.seconds = 1
            emit.checkpoints.interval.seconds = 1
            emit.heartbeats.interval.seconds = 1

            """);

        await using var mirror = Tool.StartKafka("4.3.1", "connect-mirror-maker.sh", [folder.File("mm2"), "--clusters", "B"]);
        await mirror.UntilAsync("all records are there", async () => (await ValuesAsync(target, "A.orders", 2)).Count == Records * 2);
        await mirror.UntilAsync("heartbeats come", () => Task.FromResult(Count(target, "heartbeats", 1) > 0));
        mirror.Signal(ProcessSignal.Terminate);

        Assert.Equal(await ValuesAsync(source, "orders", 2), await ValuesAsync(target, "A.orders", 2));
        Assert.True(Count(target, "A.orders", 2) > Records * 2, "there are no markers of transactions");
    }

    private static async Task FillAsync(EmbeddedCluster cluster, string topic, int partitions)
    {
        for (var partition = 0; partition < partitions; partition++)
        {
            await using var client = await ConnectAsync(cluster, cluster.Leader(topic, partition));
            for (var batch = 0; batch < Records / 10; batch++)
            {
                var values = Enumerable.Range(batch * 10, 10).Select(n => $"{partition} {n}");
                await client.CallAsync(Batches.Produce(topic, partition, Batches.Of([.. values])), 9, CancellationToken.None);
            }
        }
    }

    private static long Count(EmbeddedCluster cluster, string topic, int partitions)
    {
        try
        {
            return Enumerable.Range(0, partitions).Sum(partition => cluster.LogEndOffset(topic, partition));
        }
        catch (ArgumentException)
        {
            return 0;
        }
    }

    private static async Task<List<string>> ValuesAsync(EmbeddedCluster cluster, string topic, int partitions)
    {
        var values = new List<string>();
        if (Count(cluster, topic, partitions) == 0) return values;

        for (var partition = 0; partition < partitions; partition++)
        {
            await using var client = await ConnectAsync(cluster, cluster.Leader(topic, partition));
            for (long offset = 0, stable = 1; offset < stable;)
            {
                var fetch = Batches.Fetch(topic, partition, offset);
                fetch.IsolationLevel = IsolationLevel.ReadCommitted;
                var answer = await client.CallAsync(fetch, 11, CancellationToken.None);
                var row = answer.Responses[0].Partitions[0];
                values.AddRange(Batches.Read(row.Records.Span).Select(record => record.Value));
                (offset, stable) = (row.Records.IsEmpty ? long.MaxValue : End(row.Records.Span), row.LastStableOffset);
            }
        }

        values.Sort(StringComparer.Ordinal);
        return values;
    }

    private static long End(ReadOnlySpan<byte> records)
    {
        long end = 0;
        var walker = new BatchWalker(records);
        while (walker.MoveNext()) end = new RecordBatchHeader(walker.Current.Of(records)).NextOffset;
        return end;
    }

    private static async Task<long> CommittedAsync(EmbeddedCluster cluster, string group, string topic)
    {
        await using var client = await ConnectAsync(cluster, 0);
        var found = await client.CallAsync(new FindCoordinatorRequest { Key = group }, 2, CancellationToken.None);
        await using var coordinator = await ConnectAsync(cluster, found.NodeId);
        var offsets = await coordinator.CallAsync(Groups.OffsetTests.FetchAll(group), 7, CancellationToken.None);
        return offsets.Topics.Where(t => t.Name == topic).SelectMany(t => t.Partitions).Sum(partition => partition.CommittedOffset);
    }

    private static Task<RawClient> ConnectAsync(EmbeddedCluster cluster, int broker) =>
        RawClient.ConnectAsync(cluster.BootstrapServers.Split(',')[broker], CancellationToken.None);
}
