using Heliostat.Client.Producing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Producing;

/// <summary>The producer against Apache Kafka, read back by kcat.</summary>
public sealed class RealKafkaProducerTests(ITestOutputHelper output)
{
    private const int Partitions = 4;
    private const int RecordsPerBatch = 5;

    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(5), TimeProvider.System).Token;

    [KafkaFact(Kcat = true)]
    public async Task Many_batches_pass_through_restarts_and_kills_of_their_broker_once_and_in_order()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions(), ct);

        await RunAsync(
            cluster,
            batches: 25_000,
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1_000_000,
            async () =>
            {
                await cluster.StopBrokerAsync(1, ct);
                await cluster.StartBrokerAsync(1, ct);
            },
            async () =>
            {
                await cluster.KillBrokerAsync(1, ct);
                await cluster.StartBrokerAsync(1, ct);
            },
            ct);
    }

    [KafkaFact(Kcat = true)]
    public async Task Leader_moves_between_two_brokers_and_a_restart_of_one_disturb_nothing()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions { Brokers = 2 }, ct);

        await RunAsync(
            cluster,
            batches: 20_000,
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1_000_000,
            async () =>
            {
                for (var partition = 0; partition < Partitions; partition++)
                {
                    await cluster.Client.MoveLeaderAsync("target", partition, 1 + (partition / 2 % 2), ct);
                }

                for (var partition = 0; partition < Partitions; partition++)
                {
                    await cluster.Client.MoveLeaderAsync("target", partition, 1 + (partition % 2), ct);
                }
            },
            async () =>
            {
                await cluster.StopBrokerAsync(2, ct);
                await cluster.StartBrokerAsync(2, ct);
            },
            ct);
    }

    [KafkaFact("3.9.1", Kcat = true)]
    public async Task A_3_9_broker_restarted_under_load_gets_everything_once_and_in_order()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = "3.9.1" }, ct);

        await RunAsync(
            cluster,
            batches: 10_000,
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1_000_000,
            async () =>
            {
                await cluster.StopBrokerAsync(1, ct);
                await cluster.StartBrokerAsync(1, ct);
            },
            () => Task.CompletedTask,
            ct);
    }

    /// <summary>The restarted broker knows the last of five batches only, and calls the first four out of order.</summary>
    [KafkaFact(Kcat = true)]
    public async Task Answers_lost_before_a_clean_restart_of_the_broker_duplicate_nothing()
    {
        var (sink, found, snapshot) = await LoseAnswersAndRestartAsync(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

        Assert.Equal((100, 0, 0, 0), found);
        Assert.Equal([0, -1, -1, -1, -1, 50, 60, 70, 80, 90], sink.Batches.Select(batch => batch.BaseOffset));
        Assert.Equal((0, 0), (snapshot.EpochBumps, snapshot.Doubled));
    }

    /// <summary>
    /// A broker ages producers by the timestamps of their batches: after a restart it knows nothing of one that sends old records.
    /// </summary>
    [KafkaFact(Kcat = true)]
    public async Task Answers_lost_before_a_restart_that_forgets_a_producer_of_old_records_are_said_to_be_there_twice()
    {
        var (_, found, snapshot) = await LoseAnswersAndRestartAsync(timestamp: 1_200_000_000_000, doubled: 1);

        Assert.Equal((150, 0, 50), (found.Records, found.Missing, found.Twice));
        Assert.Equal(1, snapshot.Doubled);
    }

    [KafkaFact(Kcat = true)]
    public async Task Batches_that_the_topic_refuses_halt_their_partition_and_say_which_record()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions(), ct);
        var limits = new Dictionary<string, string> { ["max.message.bytes"] = "1000", ["message.timestamp.after.max.ms"] = "3600000" };
        await cluster.Client.CreateTopicAsync("target", 2, limits, ct);
        await using var producer = new RealProducer(cluster);
        using var builder = new RecordBatchBuilder();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var (large, future) = (new RecordingSink(), new RecordingSink());
        var largePartition = producer.Producer.Open(new TopicPartition("target", 0), large);
        var futurePartition = producer.Producer.Open(new TopicPartition("target", 1), future);

        largePartition.Enqueue(producer.Build(builder, 0, 10, now));
        largePartition.Enqueue(producer.Build(builder, 10, 1000, now));
        largePartition.Enqueue(producer.Build(builder, 1010, 10, now));
        futurePartition.Enqueue(producer.Build(builder, 0, 3, now));
        futurePartition.Enqueue(producer.Build(builder, 3, 3, now + 7_200_000));
        await ProducerFixture.UntilAsync("both refused", () => large.Refusal is not null && future.Refusal is not null);

        output.WriteLine($"{large.Refusal}\n{future.Refusal}");
        Assert.Equal((10, ErrorCode.MessageTooLarge), (large.Position, large.Refusal!.Value.Code));
        Assert.Equal((3, ErrorCode.InvalidTimestamp), (future.Position, future.Refusal!.Value.Code));
        Assert.Contains("record 0", future.Refusal.Value.Message, StringComparison.Ordinal);
        largePartition.Restart();
        for (var first = 10; first < 1010; first += 10) largePartition.Enqueue(producer.Build(builder, first, 10, now));
        await ProducerFixture.UntilAsync("the smaller ones are taken", () => large.Position == 1010);
        Assert.Equal((1010, 0, 0, 0), await RealProducer.ReadBackAsync(cluster, largePartition.Target, 1010, ct));
    }

    [KafkaFact("0.10.2.2", Kcat = true)]
    public async Task A_cluster_older_than_0_11_has_no_producer_ids_and_takes_batches_as_message_sets()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = "0.10.2.2" }, ct);
        await cluster.Client.CreateTopicAsync("target", 1, null, ct);
        await using var producer = new RealProducer(cluster);
        using var builder = new RecordBatchBuilder();
        var sink = new RecordingSink();
        var partition = producer.Producer.Open(new TopicPartition("target", 0), sink);

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var first = 0; first < 100; first += 10) partition.Enqueue(producer.Build(builder, first, 10, now));
        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 100);

        Assert.Equal((100, 0, 0, 0), await RealProducer.ReadBackAsync(cluster, partition.Target, 100, ct));
        Assert.Contains(producer.Log.Lines, line => line.Contains("older than Kafka 0.11", StringComparison.Ordinal));
    }

    private async Task<(RecordingSink Sink, (int Records, int Missing, int Twice, int Disordered) Found, ProducerSnapshot Snapshot)>
        LoseAnswersAndRestartAsync(long timestamp, long doubled = 0)
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions(), ct);
        await cluster.Client.CreateTopicAsync("target", 1, null, ct);
        await using var producer = new RealProducer(cluster);
        using var builder = new RecordBatchBuilder();
        var sink = new RecordingSink();
        var partition = producer.Producer.Open(new TopicPartition("target", 0), sink);
        partition.Enqueue(producer.Build(builder, 0, 10, timestamp));
        await ProducerFixture.UntilAsync("the connection is trusted", () => sink.Position == 10);

        producer.Network.Lose();
        for (var first = 10; first < 100; first += 10) partition.Enqueue(producer.Build(builder, first, 10, timestamp));
        await ProducerFixture.UntilAsync("five batches are appended and their answers lost", () => producer.Network.Lost == 5);
        await cluster.StopBrokerAsync(1, ct);
        await cluster.StartBrokerAsync(1, ct);
        producer.Network.Heal();

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 100);
        // What lies between two batches is looked at afterwards.
        await ProducerFixture.UntilAsync("what is there twice is told", () => producer.Producer.Snapshot().Doubled >= doubled);
        var snapshot = producer.Producer.Snapshot();
        output.WriteLine($"{string.Join(", ", sink.Batches)}\n{snapshot}");
        return (sink, await RealProducer.ReadBackAsync(cluster, partition.Target, 100, ct), snapshot);
    }

    private async Task RunAsync(KafkaCluster cluster, int batches, long timestamp, Func<Task> first, Func<Task> second,
        CancellationToken ct)
    {
        await cluster.Client.CreateTopicAsync("target", Partitions, null, ct);
        await using var producer = new RealProducer(cluster);
        var lanes = Enumerable.Range(0, Partitions).Select(number =>
        {
            var sink = new RecordingSink();
            return (Partition: producer.Producer.Open(new TopicPartition("target", number), sink), Sink: sink);
        }).ToList();

        var ends = new long[Partitions];
        foreach (var (disturb, codec) in new (Func<Task>, CompressionCodec)[]
        {
            (() => Task.CompletedTask, CompressionCodec.None), (first, CompressionCodec.None), (second, CompressionCodec.Gzip),
        })
        {
            var disturbance = disturb();
            ends = await Task.WhenAll(lanes.Select((lane, number) => producer.FeedAsync(
                lane.Partition, ends[number], ends[number] + (batches / 3 * RecordsPerBatch), RecordsPerBatch, timestamp, codec,
                disturbance, ct)));
            await disturbance;
        }

        Assert.True(await producer.Producer.DrainAsync(TimeSpan.FromMinutes(1), ct));
        output.WriteLine(producer.Producer.Snapshot().ToString());
        foreach (var line in producer.Log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).Take(20))
            output.WriteLine(line);

        foreach (var (lane, end) in lanes.Zip(ends))
        {
            var found = await RealProducer.ReadBackAsync(cluster, lane.Partition.Target, end, ct);
            output.WriteLine(
                $"{lane.Partition.Target}: {found}; offsets not told: {lane.Sink.Batches.Count(batch => batch.BaseOffset < 0)}");
            Assert.Equal(((int)end, 0, 0, 0), found);
            Assert.All(lane.Sink.Batches, batch => Assert.True(batch.BaseOffset < 0 || batch.BaseOffset == batch.First));
        }
    }
}
