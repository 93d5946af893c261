using System.Globalization;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>
/// A source of Kafka 0.8.2, which cannot tell what it speaks: filled by its own console producer, and compared by kcat on the target.
/// </summary>
public sealed class OldBrokerTests
{
    private const int Records = 500;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly string[] Codecs = ["none", "gzip", "snappy", "lz4"];
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    [KafkaFact("0.8.2.2", Kcat = true, Slow = true)]
    public async Task What_an_old_broker_holds_is_mirrored_once_by_mirror()
    {
        await using var pair = await StartAsync();
        foreach (var codec in Codecs)
        {
            await ProduceAsync(pair, codec, 0);
        }

        await MirrorAsync(pair);
        await HoldsAsync(pair, "old-", 1);

        // It goes on where it stopped, by the positions that the old broker keeps.
        await ProduceAsync(pair, "none", 1);
        var second = await MirrorAsync(pair);
        await HoldsAsync(pair, "old-", 1, "none");
        Assert.Contains("know no members of groups", second.Errors, StringComparison.Ordinal);
    }

    [KafkaFact("0.8.2.2", Kcat = true, Slow = true)]
    public async Task What_an_old_broker_holds_is_mirrored_by_run()
    {
        await using var pair = await StartAsync();
        foreach (var codec in Codecs)
        {
            await ProduceAsync(pair, codec, 0);
        }

        using var folder = new TemporaryFolder("old");
        await File.WriteAllTextAsync(folder.File("readers"),
            $"zookeeper.connect={pair.Source.ZooKeeper}\ngroup.id=readers\nauto.offset.reset=smallest\n", Ct);
        await pair.Source.RunToolAsync(
            "kafka-console-consumer.sh",
            ["--zookeeper", pair.Source.ZooKeeper, "--topic", "old-gzip", "--consumer.config", folder.File("readers"), "--from-beginning",
                "--max-messages", "200"], Ct);
        await File.WriteAllTextAsync(folder.File("mm2.properties"), $"""
            clusters = a, b
            a.bootstrap.servers = {pair.Source.BootstrapServers}
            b.bootstrap.servers = {pair.Target.BootstrapServers}
            a->b.enabled = true
            a->b.topics = old-.*
            b->a.emit.heartbeats.enabled = false
            replication.factor = 1
            checkpoints.topic.replication.factor = 1
            heartbeats.topic.replication.factor = 1
            offset-syncs.topic.replication.factor = 1
            offset-syncs.topic.location = target
            offset.storage.replication.factor = 1
            groups = readers
            sync.group.offsets.enabled = true
            sync.group.offsets.interval.seconds = 1
            emit.checkpoints.interval.seconds = 1
            """, Ct);
        var plan = await HeliostatProcess.RunAsync(["plan", folder.File("mm2.properties")], Within, Ct);
        Assert.Contains("older than Kafka 0.10", plan.Output, StringComparison.Ordinal);
        Assert.Contains("Follow 1 consumer group", plan.Output, StringComparison.Ordinal);

        for (var round = 0; round < 2; round++)
        {
            await using var mirror = HeliostatProcess.Start(["run", folder.File("mm2.properties")]);
            await mirror.RunsUntilAsync("all records to arrive", Within, async ct =>
            {
                var there = await pair.Target.Client.ListTopicsAsync(ct);
                return Codecs.All(codec => there.Contains($"a.old-{codec}"))
                    && (await EndAsync(pair, "a.old-", ct)) >= (Codecs.Length + round) * Records;
            }, Ct);
            await mirror.RunsUntilAsync("the old group's offset to arrive", Within, async ct =>
                (await pair.Target.Client.GroupOffsetsAsync("readers", "a.old-gzip", ct)).GetValueOrDefault(0) is >= 200 and <= Records,
                Ct);
            Assert.Equal(0, await mirror.StopAsync(Ct));
            await HoldsAsync(pair, "a.old-", 1, round == 0 ? "" : "none");
            if (round == 0)
            {
                await ProduceAsync(pair, "none", 1);
            }
        }
    }

    /// <summary>
    /// A group of the old consumer, as MirrorMaker 1 is one: its offsets are in ZooKeeper alone. What it commits since, at the brokers,
    /// wins.
    /// </summary>
    [KafkaFact("0.8.2.2", Kcat = true, Slow = true)]
    public async Task Offsets_in_ZooKeeper_are_gone_on_from_once()
    {
        await using var pair = await StartAsync(brokers: 2);
        await ProduceAsync(pair, "gzip", 0);
        using var folder = new TemporaryFolder("old");
        await File.WriteAllTextAsync(folder.File("old.properties"),
            $"zookeeper.connect={pair.Source.ZooKeeper}\ngroup.id=mm1\nauto.offset.reset=smallest\n", Ct);
        await pair.Source.RunToolAsync(
            "kafka-console-consumer.sh", ["--zookeeper", pair.Source.ZooKeeper, "--topic", "old-gzip", "--consumer.config",
                folder.File("old.properties"), "--from-beginning", "--max-messages", "200"], Ct);
        await pair.Source.RunToolAsync("kafka-run-class.sh", ["kafka.tools.ExportZkOffsets", "--zkconnect", pair.Source.ZooKeeper,
            "--group", "mm1", "--output-file", folder.File("dump")], Ct);
        var next = int.Parse((await File.ReadAllTextAsync(folder.File("dump"), Ct)).Trim().Split(':')[1], CultureInfo.InvariantCulture);
        Assert.InRange(next, 200, Records);
        await File.WriteAllTextAsync(folder.File("consumer.properties"),
            $"bootstrap.servers={pair.Source.BootstrapServers}\ngroup.id=mm1\n", Ct);
        await File.WriteAllTextAsync(folder.File("producer.properties"), $"bootstrap.servers={pair.Target.BootstrapServers}\n", Ct);
        for (var round = 0; round < 2; round++)
        {
            await using var mirror = HeliostatProcess.Start(
            [
                "mirror-maker", "--consumer.config", folder.File("consumer.properties"), "--producer.config",
                folder.File("producer.properties"), "--include", "old-gzip", "--zookeeper-offsets", folder.File("dump"),
            ]);
            await mirror.RunsUntilAsync("the rest to arrive", Within, async ct =>
                (await pair.Target.Client.ListTopicsAsync(ct)).Contains("old-gzip")
                    && (await pair.Target.Client.EndOffsetsAsync("old-gzip", ct)).Sum() >= ((round + 1) * Records) - next, Ct);
            Assert.Equal(0, await mirror.StopAsync(Ct));
            Assert.Equal(Enumerable.Range(0, round + 1).SelectMany(Lines).Skip(next),
                await Kcat.ConsumeAsync(pair.Target.BootstrapServers, "old-gzip", 0, "%k:%s", Ct));
            await ProduceAsync(pair, "gzip", round + 1);
        }
    }

    private static async Task<OldPair> StartAsync(int brokers = 1)
    {
        var source = await KafkaCluster.StartAsync(new()
        {
            Version = "0.8.2.2",
            Brokers = brokers,
            Properties = new Dictionary<string, string> { ["log.retention.ms"] = "360000000" }
        }, Ct);
        return new OldPair(source, await KafkaCluster.StartAsync(new(), Ct));
    }

    private static async Task<long> EndAsync(OldPair pair, string prefix, CancellationToken ct)
    {
        var sum = 0L;
        foreach (var codec in Codecs)
        {
            sum += (await pair.Target.Client.EndOffsetsAsync($"{prefix}{codec}", ct)).Sum();
        }

        return sum;
    }

    private static Task<string> ProduceAsync(OldPair pair, string codec, int round) => pair.Source.RunToolAsync(
        "kafka-console-producer.sh",
        ["--broker-list", pair.Source.BootstrapServers, "--topic", $"old-{codec}", "--compression-codec", codec, "--property",
            "parse.key=true", "--property", "key.separator=:"],
        Lines(round), Ct);

    private static string[] Lines(int round) =>
        [.. Enumerable.Range(round * Records, Records).Select(n => $"key-{n % 7}:value-{n} {new string('x', n % 90)}")];

    private static async Task<HeliostatOutcome> MirrorAsync(OldPair pair)
    {
        var outcome = await HeliostatProcess.RunAsync(
            ["mirror", "--from", pair.Source.BootstrapServers, "--to", pair.Target.BootstrapServers, "--topics", "old-.*", "--keep-names",
                "--streams", "2", "--until-end"], Within, Ct);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return outcome;
    }

    /// <summary>
    /// Each topic of the target holds what was produced in one round, in its order, and <paramref name="twice"/> that of a second one.
    /// </summary>
    private static async Task HoldsAsync(OldPair pair, string prefix, int rounds, string twice = "")
    {
        foreach (var codec in Codecs)
        {
            var lines = Enumerable.Range(0, codec == twice ? rounds + 1 : rounds).SelectMany(Lines);
            Assert.Equal(lines, await Kcat.ConsumeAsync(pair.Target.BootstrapServers, $"{prefix}{codec}", 0, "%k:%s", Ct));
        }
    }

    private sealed record OldPair(KafkaCluster Source, KafkaCluster Target) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Source.DisposeAsync();
            await Target.DisposeAsync();
        }
    }
}
