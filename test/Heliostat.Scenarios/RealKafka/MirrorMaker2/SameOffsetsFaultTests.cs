using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// <c>heliostat.offsets = equal</c> while clusters and mirror are broken, each with clusters of its own. What is there at the end is read
/// by kcat, with offsets, as <c>read_committed</c> consumers see it.
/// </summary>
public sealed class SameOffsetsFaultTests(ITestOutputHelper output)
{
    private const long FarStart = 1_234_567_890;
    private const string Dump = "%o %T %k %s";
    private static readonly (string, string)[] Replicated =
    [
        ("replication.factor", "3"), ("checkpoints.topic.replication.factor", "3"), ("offset.storage.replication.factor", "3"),
        ("heartbeats.topic.replication.factor", "3"), ("offset-syncs.topic.location", "target"),
        ("offset-syncs.topic.replication.factor", "3"),
    ];

    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>A billion offsets are filled before the first record, with the mirror killed meanwhile.</summary>
    [KafkaFact(Kcat = true, Slow = true)]
    public async Task A_far_log_with_all_kinds_of_holes_is_equal_after_twenty_kills_and_broken_brokers()
    {
        var random = Seed.New(output);
        await using var source =
            await KafkaCluster.StartAsync(new() { Properties = new Dictionary<string, string> { ["log.cleaner.backoff.ms"] = "200" } }, Ct);
        await using var target = await KafkaCluster.StartAsync(new()
        {
            Brokers = 3,
            Properties = new Dictionary<string, string> { ["min.insync.replicas"] = "2" }
        }, Ct);
        var pair = new ClusterPair(source, target);
        var topic = ClusterPair.Name("equal");
        await CompactedAsync(source, topic);
        using var folder = new TemporaryFolder("equal");
        var file = File(pair, topic, Replicated).Write(folder);
        await using var producer = await source.Client.OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = topic },
            Ct);
        for (var kill = 0; kill < 20; kill++)
        {
            await using var mirror = HeliostatProcess.Start(["run", file]);
            var before = await EndAsync(target, topic);
            var goal = before < FarStart
                ? Math.Min(FarStart, before + (FarStart / 4) + random.Next(1_000_000))
                : before + random.Next(1, 200);
            if (kill == 10)
            {
                await target.KillBrokerAsync((await target.Client.DescribeTopicAsync(topic, Ct)).Partitions[0].Leader, Ct);
            }

            await mirror.RunsUntilAsync($"{goal} to be passed", Patience, async ct =>
            {
                await TransactAsync(producer, topic, random);
                return await EndAsync(target, topic) >= goal;
            }, Ct);
            if (kill % 3 == 1 && before >= FarStart)
            {
                await MoveLeaderAsync(target, topic, kill);
                await mirror.RunsUntilAsync("it to go on", Patience, async ct =>
                {
                    await TransactAsync(producer, topic, random);
                    return await EndAsync(target, topic) >= goal + 20;
                }, Ct);
            }

            mirror.Signal(ProcessSignal.Kill);
            await mirror.WaitForExitAsync(Patience, Ct);
            await RestartedAsync(target);
        }

        await MirrorToEndAsync(pair, topic, file);
        await SameAsync(pair, topic);
        Assert.Equal(FarStart, (await target.Client.StartOffsetsAsync(topic, Ct))[0]);
    }

    [KafkaFact(Kcat = true, Slow = true)]
    public async Task A_target_without_enough_replicas_is_waited_for()
    {
        await using var source = await KafkaCluster.StartAsync(new(), Ct);
        await using var target = await KafkaCluster.StartAsync(new()
        {
            Brokers = 3,
            Properties = new Dictionary<string, string> { ["min.insync.replicas"] = "2" }
        }, Ct);
        var pair = new ClusterPair(source, target);
        var topic = ClusterPair.Name("isr");
        await source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await TransactedAsync(source, topic, 20);
        using var folder = new TemporaryFolder("equal");
        await using var mirror = HeliostatProcess.Start(["run", File(pair, topic, Replicated).Write(folder)]);
        await ArrivedAsync(mirror, pair, topic);

        var leader = (await target.Client.DescribeTopicAsync(topic, Ct)).Partitions[0].Leader;
        int[] others = [.. Enumerable.Range(1, 3).Where(id => id != leader)];
        foreach (var other in others)
        {
            await target.KillBrokerAsync(other, Ct);
        }

        await TransactedAsync(source, topic, 20);
        await mirror.RunsUntilAsync("the lane to say what it waits for", Patience, _ => Task.FromResult(
            mirror.Errors.Contains($"lag=", StringComparison.Ordinal) && mirror.Errors.Contains($"{topic}-0", StringComparison.Ordinal)),
            Ct);
        output.WriteLine(string.Join('\n', mirror.Errors.Split('\n').TakeLast(4)));
        foreach (var other in others)
        {
            await target.StartBrokerAsync(other, Ct);
        }

        await ArrivedAsync(mirror, pair, topic);
        Assert.Equal(0, await mirror.StopAsync(Ct));
        await SameAsync(pair, topic);
    }

    /// <summary>
    /// The target forgets what it had acknowledged: the next batch is stored before its place, and the lane stands still.
    /// </summary>
    [KafkaFact(Kcat = true, Slow = true)]
    public async Task An_unclean_election_on_the_target_stops_the_lane()
    {
        await using var source = await KafkaCluster.StartAsync(new(), Ct);
        await using var target = await KafkaCluster.StartAsync(new()
        {
            Brokers = 3,
            Properties = new Dictionary<string, string> { ["min.insync.replicas"] = "1" }
        }, Ct);
        var pair = new ClusterPair(source, target);
        var topic = ClusterPair.Name("unclean");
        await source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await target.Client.CreateTopicAsync(topic, 1, new Dictionary<string, string> { ["unclean.leader.election.enable"] = "true" }, Ct);
        await TransactedAsync(source, topic, 10);
        using var folder = new TemporaryFolder("equal");
        await using var mirror = HeliostatProcess.Start(["run",
            File(pair, topic, [("sync.topic.configs.enabled", "false"), .. Replicated]).Write(folder)]);
        await ArrivedAsync(mirror, pair, topic);
        var leader = (await target.Client.DescribeTopicAsync(topic, Ct)).Partitions[0].Leader;
        int[] others = [.. Enumerable.Range(1, 3).Where(id => id != leader)];
        foreach (var other in others)
        {
            await target.KillBrokerAsync(other, Ct);
        }

        await source.Client.GenerateAsync(topic, new() { Count = 500, Partitions = 1 }, Ct);
        await ArrivedAsync(mirror, pair, topic);
        await target.KillBrokerAsync(leader, Ct);
        foreach (var other in others)
        {
            await target.StartBrokerAsync(other, Ct);
        }

        await Eventually.ValueAsync("another leader", Patience,
            async ct => (await target.Client.DescribeTopicAsync(topic, ct)).Partitions[0].Leader, now => now > 0 && now != leader, Ct);

        // What the mirror keeps for itself has no other leader.
        await target.StartBrokerAsync(leader, Ct);
        await source.Client.GenerateAsync(topic, new() { Count = 10, Partitions = 1 }, Ct);
        await mirror.RunsUntilAsync("the lane to stand still", Patience,
            _ => Task.FromResult(mirror.Errors.Contains("not equal since", StringComparison.Ordinal)), Ct);
        output.WriteLine(string.Join('\n',
            mirror.Errors.Split('\n').Where(line => line.Contains("not equal", StringComparison.Ordinal)).Take(3)));
        Assert.Contains("the target lost what it had acknowledged", mirror.Errors, StringComparison.Ordinal);
    }

    /// <summary>The times of records are the target's then, and its batches are others; offsets, keys and values are the same.</summary>
    [KafkaFact(Kcat = true, Slow = true)]
    public async Task A_target_that_writes_its_own_times_and_codec_keeps_the_offsets_and_a_foreign_writer_stops_the_lane()
    {
        await using var source = await KafkaCluster.StartAsync(new(), Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        var pair = new ClusterPair(source, target);
        var topic = ClusterPair.Name("rewritten");
        await source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await LogStart.MoveAsync(source, topic, 0, 3_000_000, Ct);
        await TransactedAsync(source, topic, 20);
        await source.Client.GenerateAsync(topic, new() { Count = 2_000, Partitions = 1, Keys = 7 }, Ct);
        await target.Client.CreateTopicAsync(topic, 1,
            new Dictionary<string, string> { ["message.timestamp.type"] = "LogAppendTime", ["compression.type"] = "gzip" }, Ct);
        using var folder = new TemporaryFolder("equal");
        await using var mirror = HeliostatProcess.Start(["run", File(pair, topic, ("sync.topic.configs.enabled", "false")).Write(folder)]);
        await ArrivedAsync(mirror, pair, topic);
        await SameAsync(pair, topic, "%o %k %s");
        Assert.Contains(await target.DumpAsync(topic, 0, 1, Ct), batch => batch.Codec == "gzip" && batch.Count > 100);

        var end = await EndAsync(target, topic);
        await Kcat.ProduceAsync(target.BootstrapServers, topic, 0, ["a:another's"], new Dictionary<string, string>(), Ct);
        await TransactedAsync(source, topic, 5);
        await mirror.RunsUntilAsync("the lane to stand still", Patience,
            _ => Task.FromResult(mirror.Errors.Contains($"not equal since {end} because", StringComparison.Ordinal)), Ct);
        output.WriteLine(string.Join('\n',
            mirror.Errors.Split('\n').Where(line => line.Contains("not equal", StringComparison.Ordinal)).Take(3)));
    }

    private static FlowFile File(ClusterPair pair, string topic, params (string, string)[] also) => FlowFile.Of(
        pair,
        [
            ("topics", topic), ("groups", "none"), ("replication.policy.class",
                "org.apache.kafka.connect.mirror.IdentityReplicationPolicy"), ("A->B.heliostat.offsets", "equal"), .. also,
        ]);

    /// <summary>Of a log that begins far from 0 the cleaner takes most; what grows from then on is kept.</summary>
    private static async Task CompactedAsync(KafkaCluster source, string topic)
    {
        await source.Client.CreateTopicAsync(topic, 1, new Dictionary<string, string>
        {
            ["cleanup.policy"] = "compact",
            ["segment.ms"] = "200",
            ["min.cleanable.dirty.ratio"] = "0.001"
        }, Ct);
        await LogStart.MoveAsync(source, topic, 0, FarStart, Ct);
        await source.Client.ProduceAsync(topic, [KafkaRecord.Of("first", "stays") with { Partition = 0 }], new Dictionary<string, string>(),
            Ct);
        for (var round = 0; round < 5; round++)
        {
            await source.Client.ProduceAsync(topic, Enumerable.Range(0, 200).Select(i => KafkaRecord.Of($"key-{i % (20 + (30 * round))}",
                $"{round} of {i}") with
            { Partition = 0 }), new Dictionary<string, string> { ["batch.size"] = "1000" }, Ct);
            await TransactedAsync(source, topic, 10);
        }

        await Eventually.ValueAsync("compaction", TimeSpan.FromMinutes(2), async ct =>
        {
            await source.Client.ProduceAsync(topic, [KafkaRecord.Of("roll", "the segment") with { Partition = 0 }],
                new Dictionary<string, string>(), ct);
            return (await source.Client.ReadAsync(topic, new(), ct))[0].Count;
        }, count => count < 400, Ct);
        await source.Client.AlterTopicAsync(topic,
            new Dictionary<string, string> { ["cleanup.policy"] = "delete", ["segment.ms"] = "600000" }, Ct);
        string? before = null;
        await Eventually.ValueAsync("the cleaner to let go", TimeSpan.FromSeconds(30), async ct =>
        {
            var (last, now) = (before, (await source.Client.ReadAsync(topic, new(), ct))[0].Sequence);
            before = now;
            return last == now;
        }, same => same, Ct);
    }

    private static async Task TransactedAsync(KafkaCluster cluster, string topic, int count)
    {
        await using var producer = await cluster.Client.OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = topic },
            Ct);
        var random = new Random(count);
        for (var i = 0; i < count; i++)
        {
            await TransactAsync(producer, topic, random);
        }
    }

    private static async Task TransactAsync(ITestProducer producer, string topic, Random random)
    {
        await producer.BeginAsync(Ct);
        await producer.SendAsync(topic,
            Enumerable.Range(0, random.Next(1, 6)).Select(i => KafkaRecord.Of($"key-{i}", $"value {random.Next()}", partition: 0)), Ct);
        await (random.Next(4) == 0 ? producer.AbortAsync(Ct) : producer.CommitAsync(Ct));
    }

    private static async Task MoveLeaderAsync(KafkaCluster target, string topic, int turn)
    {
        var partition = (await target.Client.DescribeTopicAsync(topic, Ct)).Partitions[0];
        await target.Client.MoveLeaderAsync(topic, 0, Enumerable.Range(1, 3).Where(id => id != partition.Leader).ElementAt(turn % 2), Ct);
    }

    private static async Task RestartedAsync(KafkaCluster target)
    {
        foreach (var broker in target.Brokers.Where(broker => !broker.IsRunning))
        {
            await target.StartBrokerAsync(broker.Id, Ct);
        }
    }

    private static async Task MirrorToEndAsync(ClusterPair pair, string topic, string file)
    {
        await using var last = HeliostatProcess.Start(["run", file]);
        await ArrivedAsync(last, pair, topic);
        Assert.Equal(0, await last.StopAsync(Ct));
    }

    private static async Task ArrivedAsync(HeliostatProcess mirror, ClusterPair pair, string topic)
    {
        var end = (await pair.Source.Client.EndOffsetsAsync(topic, Ct))[0];
        await mirror.RunsUntilAsync("both sides to end at the same offset", Patience, async _ => await EndAsync(pair.Target, topic) == end,
            Ct);
    }

    private static async Task SameAsync(ClusterPair pair, string topic, string format = Dump)
    {
        var source = await Kcat.ConsumeAsync(pair.Source.BootstrapServers, topic, 0, format, Ct);
        Assert.NotEmpty(source);
        Assert.Equal(source, await Kcat.ConsumeAsync(pair.Target.BootstrapServers, topic, 0, format, Ct));
    }

    private static async Task<long> EndAsync(ITestCluster cluster, string topic) =>
        (await cluster.Client.ListTopicsAsync(Ct)).Contains(topic) ? (await cluster.Client.EndOffsetsAsync(topic, Ct)).Sum() : 0;
}
