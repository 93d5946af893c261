using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// What befalls the source while <c>heliostat run</c> is stopped, on real brokers: never is a record lost or mixed in without a word.
/// </summary>
public sealed class LossTests
{
    /// <summary>What a run ends with whose lanes are halted.</summary>
    private const int Halted = 5;

    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);
    private static readonly Dictionary<string, string> NoConfig = [];

    [KafkaFact]
    public async Task An_unclean_election_while_nothing_ran_halts_the_lane_and_resume_goes_on_where_the_histories_part()
    {
        await using var source = await KafkaCluster.StartAsync(new()
        {
            Brokers = 3,
            Properties = new Dictionary<string, string> { ["unclean.leader.election.enable"] = "true" }
        }, Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        var (pair, topic) = (new ClusterPair(source, target), ClusterPair.Name("loss"));
        await source.RunToolAsync("kafka-topics.sh",
            ["--bootstrap-server", source.BootstrapServers, "--create", "--topic", topic, "--replica-assignment", "1:2"], Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 1, 0, 100), NoConfig, Ct);
        await source.StopBrokerAsync(2, Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 2, 0, 60), NoConfig, Ct);
        var file = FlowFile.Of(pair, ("topics", topic), ("offset-syncs.topic.location", "target"));
        await MirroredAsync(pair, file, topic, 160);
        await source.KillBrokerAsync(1, Ct);
        await source.StartBrokerAsync(2, Ct);
        await Eventually.ValueAsync("broker 2 to lead", Within, ct => source.Client.DescribeTopicAsync(topic, ct),
            seen => seen.Partitions[0].Leader == 2, Ct);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 3, 0, 150), NoConfig, Ct);

        await HaltsAsync(file, $"the log of {topic}-0 was truncated to offset 100 below position 160");
        await HaltsAsync(file, $"the log of {topic}-0 was truncated to offset 100 below position 160");
        Assert.Equal(160, (await target.Client.EndOffsetsAsync($"A.{topic}", Ct)).Sum());

        await ResumeAsync(file, topic);
        await MirroredAsync(pair, file, topic, 310);
        KafkaRecord[] expected = [.. Samples.Records(seed: 1, 0, 100), .. Samples.Records(seed: 2, 0, 60),
            .. Samples.Records(seed: 3, 0, 150)];
        Assert.Equal(expected.Select(record => record.ToString()),
            (await target.Client.ReadAsync($"A.{topic}", new() { Records = true }, Ct))[0].Records.Select(record => record.ToString()));
    }

    [Theory]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task A_topic_created_anew_while_nothing_ran_halts_the_lane_and_resume_begins_at_its_start(string kind)
    {
        await using var source = await KafkaCluster.StartAsync(new() { Version = kind }, Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        var (pair, topic) = (new ClusterPair(source, target), ClusterPair.Name("loss"));
        await CreateAsync(source, topic);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 1, 0, 100), NoConfig, Ct);
        var file = FlowFile.Of(pair, ("topics", topic));
        await MirroredAsync(pair, file, topic, 100);
        await source.Client.DeleteTopicAsync(topic, Ct);
        await CreateAsync(source, topic);
        await source.Client.ProduceAsync(topic, Samples.Records(seed: 2, 0, 130), NoConfig, Ct);

        await HaltsAsync(file, $"topic {topic} was deleted and created anew");
        Assert.Equal(100, (await target.Client.EndOffsetsAsync($"A.{topic}", Ct)).Sum());

        await ResumeAsync(file, topic);
        await MirroredAsync(pair, file, topic, 230);
    }

    private static async Task MirroredAsync(ClusterPair pair, FlowFile file, string topic, long records)
    {
        await using var running = RunningFlows.Start(file);
        await running.Program.RunsUntilAsync($"{records} records of {topic} to arrive", Within, async ct =>
            (await pair.Target.Client.ListTopicsAsync(ct)).Contains($"A.{topic}")
                && (await pair.Target.Client.EndOffsetsAsync($"A.{topic}", ct)).Sum() == records, Ct);
        Assert.Equal(0, await running.StopAsync(Ct));
    }

    private static async Task HaltsAsync(FlowFile file, string why)
    {
        await using var running = RunningFlows.Start(file);
        await running.Program.RunsUntilAsync($"'{why}' to be told", Within,
            _ => Task.FromResult(running.Program.Errors.Contains(why, StringComparison.Ordinal)), Ct);

        // It is told as soon as it is found, and a stop that comes before the lane is a halted one ends with 0.
        await running.Program.RunsUntilAsync("the lane to be halted", Within,
            _ => Task.FromResult(running.Program.Errors.Contains("halted: 1, in all", StringComparison.Ordinal)), Ct);
        Assert.Equal(Halted, await running.StopAsync(Ct));
        Assert.Contains("1 lane halted, and will be at the next start", running.Program.Errors, StringComparison.Ordinal);
    }

    private static async Task ResumeAsync(FlowFile file, string topic)
    {
        using var folder = new TemporaryFolder("resume");
        var outcome = await HeliostatProcess.RunAsync(["resume", file.Write(folder), "--topic", topic], Within, Ct);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains($"A->B {topic}-0 goes on at source offset ", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>The deletion may still be under way.</summary>
    private static Task<bool> CreateAsync(KafkaCluster cluster, string topic) =>
        Eventually.ValueAsync("the topic to be created", Within, async ct =>
        {
            try
            {
                await cluster.Client.CreateTopicAsync(topic, 1, null, ct);
                return true;
            }
            catch (JavaOracleException)
            {
                return false;
            }
        }, created => created, Ct);
}
