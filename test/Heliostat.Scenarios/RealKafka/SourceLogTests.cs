using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>
/// What may befall the log of the source under a position: retention, truncation, deletion; and replicas that are nearer than the leader.
/// </summary>
[Collection(RealClusters.Collection)]
public sealed class SourceLogTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);
    private static readonly IReadOnlyDictionary<string, string> NoConfig = new Dictionary<string, string>();

    [Theory]
    [EmbeddedData]
    [KafkaData("3.9.1")]
    [KafkaData("4.3.1")]
    public async Task Retention_that_passed_the_position_is_told_and_the_lane_goes_on_at_the_log_start(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var (topic, settings) = (await TopicAsync(pair, 10), new MirrorSettings());
        await pair.Source.Client.SetGroupOffsetAsync(settings.Group, topic, 0, 3, Ct);
        await pair.Source.Client.DeleteRecordsAsync(topic, 0, 7, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        Assert.Contains($"source: {topic}-0: offsets 3 to 6 were deleted by retention before they were mirrored: 4 offsets are skipped",
            mirror.Program.Errors, StringComparison.Ordinal);
        await pair.SameAsync(topic, settings, Ct);
    }

    [KafkaFact]
    public async Task An_unclean_election_that_truncated_the_log_stops_the_lane_alone()
    {
        // The third broker keeps what the group committed.
        await using var source = await KafkaCluster.StartAsync(new()
        {
            Brokers = 3,
            Properties = new Dictionary<string, string> { ["unclean.leader.election.enable"] = "true" }
        }, Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        var (pair, settings) = (new ClusterPair(source, target),
            new MirrorSettings { SessionTimeout = TimeSpan.FromSeconds(45), Options = ["--abort.on.send.failure", "false"] });
        var topic = ClusterPair.Name("log");
        await source.RunToolAsync("kafka-topics.sh",
            ["--bootstrap-server", source.BootstrapServers, "--create", "--topic", topic, "--replica-assignment", "1:2"], Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 1, 0, 100), NoConfig, Ct);
        await source.StopBrokerAsync(2, Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 2, 0, 100), NoConfig, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 200, Ct);
        await pair.CommittedAsync(mirror, topic, Ct);
        await source.KillBrokerAsync(1, Ct);
        await source.StartBrokerAsync(2, Ct);
        await Eventually.ValueAsync("broker 2 to lead", Within, ct => source.Client.DescribeTopicAsync(topic, ct),
            seen => seen.Partitions[0].Leader == 2, Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 3, 0, 150), NoConfig, Ct);
        await ToldAsync(mirror,
            $"source: the log of {topic}-0 was truncated to offset 100 below position 200 (unclean leader election): 100 offsets that were "
                + "mirrored are no more on the source");
        Assert.Equal(255, await mirror.StopAsync(Ct));

        await using (var again = MirrorMaker.Start(pair, topic, settings))
        {
            await ToldAsync(again, "was truncated to offset 100 below position 200");
            await ToldAsync(again, "halted: 1, in all");
            Assert.Equal(255, await again.StopAsync(Ct));
        }

        Assert.Equal(200, await pair.TargetRecordsAsync(topic, Ct));
        Assert.Equal(200, (await source.Client.GroupOffsetsAsync(settings.Group, topic, Ct))[0]);
    }

    /// <summary>The mirror looks away meanwhile: had it seen that the topic was gone, it would have given its lane back.</summary>
    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task A_topic_created_anew_under_a_running_lane_is_not_mixed_with_the_old_one(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var settings = new MirrorSettings { OwnProcess = true, SessionTimeout = TimeSpan.FromSeconds(45) };
        var (topic, other) = (await TopicAsync(pair, 20), await TopicAsync(pair, 20));

        await using var mirror = MirrorMaker.Start(pair, $"{topic},{other}", settings);
        await pair.ArrivedAsync(mirror, topic, 20, Ct);
        await pair.CommittedAsync(mirror, topic, Ct);
        mirror.Program.Signal(ProcessSignal.Stop);
        await pair.Source.Client.DeleteTopicAsync(topic, Ct);
        await CreateAnewAsync(pair, topic);
        await pair.Source.Client.ProduceAsync(topic, Samples.Records(seed: 9, 0, 50), NoConfig, Ct);
        mirror.Program.Signal(ProcessSignal.Continue);
        await ToldAsync(mirror,
            $"source: topic {topic} was deleted and created anew (another topic id): what the old log held from offset 20 on is gone, "
                + "mirrored or not");
        await pair.Source.Client.ProduceAsync(other, Samples.Records(seed: 10, 0, 5), NoConfig, Ct);
        await pair.ArrivedAsync(mirror, other, 25, Ct);
        Assert.Equal(255, await mirror.StopAsync(Ct));

        await using (var again = MirrorMaker.Start(pair, $"{topic},{other}", settings))
        {
            await ToldAsync(again, "was deleted and created anew");
            await ToldAsync(again, "halted: 1, in all");
            Assert.Equal(255, await again.StopAsync(Ct));
        }

        Assert.Equal(20, await pair.TargetRecordsAsync(topic, Ct));
    }

    /// <summary>
    /// Kafka forgets what groups committed of a topic with the topic: what there was before is known from the mirror alone.
    /// </summary>
    [KafkaFact]
    public async Task A_topic_created_anew_while_nothing_ran_is_mirrored_from_its_start_and_the_old_tail_is_said_to_be_gone()
    {
        var pair = await clusters.PairAsync("4.3.1", Ct);
        var settings = new MirrorSettings();
        var topic = await TopicAsync(pair, 20);
        await pair.CopyAsync(topic, settings, Ct);
        await pair.Source.Client.DeleteTopicAsync(topic, Ct);
        await CreateAnewAsync(pair, topic);
        await pair.Source.Client.ProduceAsync(topic, Samples.Records(seed: 9, 0, 50), NoConfig, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await ToldAsync(mirror,
            $"source: no position of {topic}-0 is stored and it begins at offset 0, but {topic}-0 on the target has the end 20 already");
        await pair.ArrivedAsync(mirror, topic, 70, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task A_topic_that_went_away_and_came_back_later_is_mirrored_from_its_start_where_that_is_asked_for(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var settings = new MirrorSettings
        {
            Consumer = new Dictionary<string, string> { ["metadata.max.age.ms"] = "500", ["heliostat.on.recreated"] = "restart" }
        };
        var (topic, other) = (await TopicAsync(pair, 20), await TopicAsync(pair, 20));

        await using var mirror = MirrorMaker.Start(pair, $"{topic},{other}", settings);
        await pair.ArrivedAsync(mirror, topic, 20, Ct);
        await pair.Source.Client.DeleteTopicAsync(topic, Ct);
        await ToldAsync(mirror, "source: topics that match");
        await CreateAnewAsync(pair, topic);
        await pair.Source.Client.ProduceAsync(topic, Samples.Records(seed: 9, 0, 50), NoConfig, Ct);
        await pair.ArrivedAsync(mirror, topic, 70, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
    }

    [KafkaFact]
    public async Task A_replica_in_the_clients_rack_is_fetched_from_and_its_leader_again_when_it_is_gone()
    {
        await using var source = await KafkaCluster.StartAsync(new()
        {
            Brokers = 2,
            Racks = ["far", "near"],
            Properties = new Dictionary<string, string>
            {
                ["replica.selector.class"] = "org.apache.kafka.common.replica.RackAwareReplicaSelector"
            },
        }, Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        var pair = new ClusterPair(source, target);
        var settings = new MirrorSettings
        {
            SessionTimeout = TimeSpan.FromSeconds(45),
            Consumer = new Dictionary<string, string> { ["client.rack"] = "near" },
            Options = ["--verbose"]
        };
        var topic = await TopicAsync(pair, 100);
        await source.Client.MoveLeaderAsync(topic, 0, 1, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await ToldAsync(mirror, $"source: {topic}-0 is fetched from broker 2, which is nearer than its leader (client.rack)");
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 2, 0, 100), NoConfig, Ct);
        await pair.ArrivedAsync(mirror, topic, 200, Ct);
        await source.KillBrokerAsync(2, Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 3, 0, 100), NoConfig, Ct);
        await pair.ArrivedAsync(mirror, topic, 300, Ct);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
    }

    private static Task ToldAsync(MirrorMaker mirror, string what) =>
        mirror.Program.RunsUntilAsync($"'{what}' to be told", Within,
            _ => Task.FromResult(mirror.Program.Errors.Contains(what, StringComparison.Ordinal)), Ct);

    /// <summary>One partition with so many records, and an empty topic of the name on the target.</summary>
    private static async Task<string> TopicAsync(ClusterPair pair, int records)
    {
        var topic = ClusterPair.Name("log");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Source.Client.ProduceAsync(topic, Samples.Records(seed: 1, 0, records), NoConfig, Ct);
        return topic;
    }

    /// <summary>The deletion may still be under way.</summary>
    private static Task<bool> CreateAnewAsync(ClusterPair pair, string topic) =>
        Eventually.ValueAsync("the topic to be created anew", Within, async ct =>
        {
            try
            {
                await pair.Source.Client.CreateTopicAsync(topic, 1, null, ct);
                return true;
            }
            catch (JavaOracleException)
            {
                return false;
            }
        }, created => created, Ct);
}
