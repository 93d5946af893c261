using Heliostat.Scenarios.RealKafka.MirrorMaker2;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>What may befall topics under a running mirror, on real brokers: the target's is deleted, the source's grows.</summary>
[Collection(RealClusters.Collection)]
public sealed class TargetTopicTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);
    private static readonly Dictionary<string, string> NoConfig = [];

    [Theory]
    [KafkaData("4.3.1", "mirror-maker")]
    [KafkaData("4.3.1", "run")]
    public async Task A_mirror_that_is_deleted_under_load_is_made_anew_and_holds_every_record_once(string kind, string way)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("deleted");
        var mirror = way == "run" ? $"A.{topic}" : topic;
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await using var load = Load.Start(pair.Source.Client, topic, 1, 2000);
        var (program, running) = Start(pair, topic, way, refresh: "600");
        await using var _ = running;
        await program.RunsUntilAsync("records to arrive", Within, async ct => await EndAsync(pair, mirror, ct) > 5000, Ct);

        for (var times = 0; times < 3; times++)
        {
            await pair.Target.Client.DeleteTopicAsync(mirror, Ct);
            await program.RunsUntilAsync("the mirror to be made anew and filled", Within,
                async ct => await EndAsync(pair, mirror, ct) > 5000, Ct);
        }

        await load.StopAsync();
        var total = (await pair.Source.Client.EndOffsetsAsync(topic, Ct)).Sum();
        await program.RunsUntilAsync($"all {total} records to arrive", Within, async ct => await EndAsync(pair, mirror, ct) >= total, Ct);
        await pair.SameContentAsync(topic, mirror, Ct);
        Assert.Equal(0, await program.StopAsync(Ct));
        Assert.Contains($"topic '{mirror}' is not there (UNKNOWN_TOPIC_OR_PARTITION): it was deleted; making it anew", program.Errors,
            StringComparison.Ordinal);
    }

    [KafkaFact]
    public async Task A_mirror_that_was_deleted_and_cannot_be_made_anew_ends_the_mirror_after_max_block_ms()
    {
        await using var source = await KafkaCluster.StartAsync(new(), Ct);
        await using var target = await KafkaCluster.StartAsync(new()
        {
            Properties = new Dictionary<string, string> { ["default.replication.factor"] = "3" }
        }, Ct);
        var (pair, topic) = (new ClusterPair(source, target), ClusterPair.Name("deleted"));
        var settings = new MirrorSettings { Producer = new Dictionary<string, string> { ["max.block.ms"] = "8000" } };
        await source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await target.Client.CreateTopicAsync(topic, 1, null, Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 1, 0, 20), NoConfig, Ct);
        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 20, Ct);

        await target.Client.DeleteTopicAsync(topic, Ct);
        Assert.Equal(255, await mirror.Program.WaitForExitAsync(Within, Ct));

        Assert.Contains($"topic '{topic}' is not there (UNKNOWN_TOPIC_OR_PARTITION): it was deleted", mirror.Program.Errors,
            StringComparison.Ordinal);
        Assert.Contains("could not be made ready on the target within max.block.ms (8 s)", mirror.Program.Errors, StringComparison.Ordinal);
        Assert.Contains("INVALID_REPLICATION_FACTOR", mirror.Program.Errors, StringComparison.Ordinal);
    }

    /// <summary>Kafka's clients would look every five minutes.</summary>
    [Theory]
    [KafkaData("4.3.1", "mirror-maker")]
    [KafkaData("4.3.1", "mirror")]
    [KafkaData("4.3.1", "run")]
    public async Task Partitions_and_topics_that_are_added_are_mirrored_within_seconds(string kind, string way)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var stem = ClusterPair.Name("grown");
        var (topic, later) = ($"{stem}-a", $"{stem}-b");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Source.Client.ProduceAsync(topic, Samples.Records(seed: 1, 0, 10), NoConfig, Ct);
        var (program, running) = Start(pair, $"{stem}-.*", way);
        await using var _ = running;
        string Mirror(string name) => way == "mirror-maker" ? name : way == "run" ? $"A.{name}" : $"source.{name}";
        await program.RunsUntilAsync("the first to arrive", Within, async ct => await EndAsync(pair, Mirror(topic), ct) == 10, Ct);
        var took = new List<TimeSpan>();

        await pair.Source.Client.CreatePartitionsAsync(topic, 3, Ct);
        took.Add(await MirroredAsync(pair, program, topic, Mirror(topic), partition: 2));
        await pair.Source.Client.CreateTopicAsync(later, 1, null, Ct);
        took.Add(await MirroredAsync(pair, program, later, Mirror(later), partition: 0));

        Assert.Equal(0, await program.StopAsync(Ct));
        Assert.True(took.TrueForAll(time => time < TimeSpan.FromSeconds(60)), string.Join(", ", took));
    }

    private static async Task<TimeSpan> MirroredAsync(ClusterPair pair, RunningProgram program, string topic, string mirror, int partition)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var producer = await pair.Source.Client.OpenProducerAsync(NoConfig, Ct);
        await producer.SendAsync(topic, [KafkaRecord.Of("new", "record") with { Partition = partition }], Ct);
        await program.RunsUntilAsync($"{topic}-{partition} to be mirrored", Within, async ct =>
            (await pair.Target.Client.ListTopicsAsync(ct)).Contains(mirror)
                && await pair.Target.Client.EndOffsetsAsync(mirror, ct) is var ends && ends.Length > partition && ends[partition] == 1, Ct);
        return TimeProvider.System.GetElapsedTime(began);
    }

    private static async Task<long> EndAsync(ClusterPair pair, string topic, CancellationToken ct) =>
        (await pair.Target.Client.ListTopicsAsync(ct)).Contains(topic) ? (await pair.Target.Client.EndOffsetsAsync(topic, ct)).Sum() : 0;

    /// <summary>How soon topics are looked at is each way's own.</summary>
    private static (RunningProgram Program, IAsyncDisposable Running) Start(ClusterPair pair, string topics, string way,
        string refresh = "5")
    {
        if (way == "run")
        {
            var flows = RunningFlows.Start(FlowFile.Of(pair, ("topics", topics), ("refresh.topics.interval.seconds", refresh),
                ("offset-syncs.topic.location", "target")));
            return (flows.Program, flows);
        }

        if (way == "mirror-maker")
        {
            var mirror = MirrorMaker.Start(pair, topics, new MirrorSettings { MetadataMaxAge = null });
            return (mirror.Program, mirror);
        }

        var quick = HeliostatProcess.Start(["mirror", "--from", pair.Source.BootstrapServers, "--to", pair.Target.BootstrapServers,
            "--topics", topics]);
        return (quick, quick);
    }
}
