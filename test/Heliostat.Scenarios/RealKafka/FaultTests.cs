using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>Things die under load. Each test has clusters of its own.</summary>
public sealed class FaultTests
{
    private const int Partitions = 4;
    private static readonly CancellationToken Ct = CancellationToken.None;
    // A member that is counted out while the coordinator is down begins again at its last commit, and repeats what came after.
    private static readonly TimeSpan KafkasDefault = TimeSpan.FromSeconds(45);
    private static readonly MirrorSettings Settings = new() { Compared = false, CommitInterval = TimeSpan.FromSeconds(1) };

    [Theory]
    [EmbeddedData]
    [KafkaData("3.9.1")]
    public async Task A_killed_mirror_loses_and_repeats_nothing(string kind)
    {
        await using var pair = await ClusterPair.StartAsync(kind, 1, 1, Ct);
        var (topic, settings) = (await TopicAsync(pair), Settings with { Group = ClusterPair.Name("killed"), OwnProcess = true });
        await using var load = Load.Start(pair.Source.Client, topic, Partitions, perSecond: 3000);

        await using var killed = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(killed, topic, 10_000, Ct);
        killed.Program.Signal(ProcessSignal.Kill);
        Assert.Equal(137, await killed.Program.WaitForExitAsync(TimeSpan.FromSeconds(10), Ct));
        var arrived = await pair.TargetRecordsAsync(topic, Ct);
        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, arrived + 5000, Ct);
        await load.StopAsync();
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        Assert.Equal(0, await pair.NothingLostAsync(topic, Ct));
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("3.9.1")]
    public async Task Brokers_of_both_sides_restarted_under_load_lose_and_repeat_nothing(string kind)
    {
        await using var pair = await ClusterPair.StartAsync(kind, 1, 1, Ct);
        var (topic, settings) = (await TopicAsync(pair),
            Settings with { Group = ClusterPair.Name("restart"), SessionTimeout = KafkasDefault });
        await using var load = Load.Start(pair.Source.Client, topic, Partitions, perSecond: 3000);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 3000, Ct);
        foreach (var cluster in new[] { pair.Source, pair.Target })
        {
            await cluster.StopBrokerAsync(1, Ct);
            await cluster.StartBrokerAsync(1, Ct);
            await pair.ArrivedAsync(mirror, topic, await pair.TargetRecordsAsync(topic, Ct) + 3000, Ct);
            await cluster.KillBrokerAsync(1, Ct);
            await cluster.StartBrokerAsync(1, Ct);
            await pair.ArrivedAsync(mirror, topic, await pair.TargetRecordsAsync(topic, Ct) + 3000, Ct);
        }

        await load.StopAsync();
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task Leaders_that_move_under_load_lose_and_repeat_nothing(string kind)
    {
        await using var pair = await ClusterPair.StartAsync(kind, 2, 2, Ct);
        var (topic, settings) = (await TopicAsync(pair),
            Settings with { Group = ClusterPair.Name("leaders"), SessionTimeout = KafkasDefault });
        await using var load = Load.Start(pair.Source.Client, topic, Partitions, perSecond: 1500);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 3000, Ct);
        foreach (var cluster in new[] { pair.Source, pair.Target })
        {
            for (var p = 0; p < Partitions; p++)
            {
                var leader = (await cluster.Client.DescribeTopicAsync(topic, Ct)).Partitions[p].Leader;
                await cluster.Client.MoveLeaderAsync(topic, p, 3 - leader, Ct);
            }

            await cluster.StopBrokerAsync(2, Ct);
            await cluster.StartBrokerAsync(2, Ct);
            await pair.ArrivedAsync(mirror, topic, await pair.TargetRecordsAsync(topic, Ct) + 3000, Ct);
        }

        await load.StopAsync();
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
    }

    [KafkaFact]
    public async Task A_batch_corrupted_on_the_source_stops_its_lane_alone()
    {
        await using var pair = await ClusterPair.StartAsync(new(), new(), Ct);
        var topic = await TopicAsync(pair);
        for (var p = 0; p < 2; p++)
        {
            await using var producer = await pair.Source.Client.OpenProducerAsync(new Dictionary<string, string>(), Ct);
            await producer.SendAsync(topic, Samples.Records(seed: 1, p, 10), Ct);
            await producer.SendAsync(topic, Samples.Records(seed: 2, p, 10), Ct);
        }

        await pair.Source.StopBrokerAsync(1, Ct);
        await FlipLastByteAsync(Path.Combine(((KafkaCluster)pair.Source).Broker(1).DataFolder, $"{topic}-0", "00000000000000000000.log"));
        await pair.Source.StartBrokerAsync(1, Ct);

        var settings = Settings with { Group = ClusterPair.Name("corrupt"), Options = ["--abort.on.send.failure", "false"] };
        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 30, Ct);
        await mirror.Program.RunsUntilAsync("the cause to be told", TimeSpan.FromMinutes(1), _ => Task.FromResult(
            (mirror.Program.Output + mirror.Program.Errors) is var said && said.Contains($"{topic}-0", StringComparison.Ordinal)
                && said.Contains("corrupt", StringComparison.OrdinalIgnoreCase)), Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        var arrived = await pair.Target.Client.EndOffsetsAsync(topic, Ct);
        Assert.Equal([10, 20, 0, 0], arrived);
        Assert.Equal(10, (await pair.Source.Client.GroupOffsetsAsync(settings.Group, topic, Ct))[0]);
    }

    private static async Task FlipLastByteAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        bytes[^1] ^= 0x40;
        await File.WriteAllBytesAsync(file, bytes, Ct);
    }

    private static async Task<string> TopicAsync(ClusterPair pair)
    {
        var topic = ClusterPair.Name("faults");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        return topic;
    }
}
