using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>Processes that share one file, on real clusters.</summary>
[Collection(RealClusters.OfFlows)]
public sealed class WorkerTests(RealClusters clusters, ITestOutputHelper output)
{
    private const int Partitions = 6;
    private const int PerSecond = 1_000;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongerThanASession = TimeSpan.FromSeconds(10);

    [KafkaFact]
    public Task Of_three_one_is_killed_and_one_sleeps_and_nothing_comes_twice() => OfThreeAsync(LongerThanASession);

    [KafkaFact(Slow = true)]
    public Task Of_three_one_is_killed_and_one_sleeps_for_a_minute_and_nothing_comes_twice() => OfThreeAsync(TimeSpan.FromMinutes(1));

    /// <summary>
    /// What comes late on the target, by its own clock: of lanes that move until they are taken over, of the others not at all.
    /// </summary>
    [KafkaFact(Slow = true)]
    public async Task Of_three_one_is_killed_and_lanes_of_the_others_do_not_pause()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("unmoved");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await pair.Target.Client.CreateTopicAsync("A." + topic, Partitions,
            new Dictionary<string, string> { ["message.timestamp.type"] = "LogAppendTime" }, Ct);
        var file = FlowFile.Of(pair, ("topics", topic), ("groups", "none"), ("tasks.max", $"{Partitions}"));
        await using var first = RunningFlows.Start(file);
        await using var second = RunningFlows.Start(file);
        await using var third = RunningFlows.Start(file);
        long before;
        await using (var load = Load.Start(pair.Source.Client, topic, Partitions, PerSecond))
        {
            await SaysAsync(first, "workers of the flow: 3");
            await first.Program.RunsUntilAsync("the mirror to stand", Patience, async ct => await EndAsync(pair, topic, ct) > 0, Ct);
            await MovesAsync(pair, topic);
            await Task.Delay(LongerThanASession, TimeProvider.System, Ct);
            before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            second.Program.Signal(ProcessSignal.Kill);
            await MovesAsync(pair, topic);
            await load.StopAsync();
        }

        await first.Program.RunsUntilAsync("all to arrive", Patience, ct => pair.IsLevelAsync(topic, "A." + topic, ct), Ct);
        var late = await LateAsync(pair, topic, before);
        output.WriteLine($"late by ms, by partition: {string.Join(", ", late)}");
        Assert.All(late, ms => Assert.InRange(ms, 0, 10_000));
        Assert.InRange(late.Count(ms => ms > 200), 1, Partitions / 3);
        Assert.Equal((0, 0), (await first.StopAsync(Ct), await third.StopAsync(Ct)));
    }

    /// <summary>The most that a record, made since then, came late, of each partition.</summary>
    private static async Task<long[]> LateAsync(ClusterPair pair, string topic, long since)
    {
        var options = new ReadOptions { Records = true };
        var made = await pair.Source.Client.ReadAsync(topic, options, Ct);
        var came = await pair.Target.Client.ReadAsync("A." + topic, options, Ct);
        return [.. made.Zip(came).Select(both => both.First.Records.Zip(both.Second.Records)
            .Where(record => record.First.Timestamp >= since)
            .Max(record => record.Second.Timestamp!.Value - record.First.Timestamp!.Value))];
    }

    /// <summary>One is killed; another stands still until the rest has taken its lanes over, and wakes.</summary>
    private async Task OfThreeAsync(TimeSpan asleep)
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("shared");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        var file = FlowFile.Of(pair, ("topics", topic), ("groups", "none"));
        await using var first = RunningFlows.Start(file);
        await using var second = RunningFlows.Start(file);
        await using var third = RunningFlows.Start(file);
        await using (var load = Load.Start(pair.Source.Client, topic, Partitions, PerSecond))
        {
            await SaysAsync(first, "workers of the flow: 3");
            await first.Program.RunsUntilAsync("the mirror to stand", Patience, async ct => await EndAsync(pair, topic, ct) > 0, Ct);
            await MovesAsync(pair, topic);

            second.Program.Signal(ProcessSignal.Kill);
            var killed = TimeProvider.System.GetTimestamp();
            await MovesAsync(pair, topic);
            output.WriteLine($"every partition moved on {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s after the kill");

            // The ends alone do not tell that it was put out of the group.
            third.Program.Signal(ProcessSignal.Stop);
            await Task.Delay(asleep, TimeProvider.System, Ct);
            await MovesAsync(pair, topic);
            third.Program.Signal(ProcessSignal.Continue);
            await SaysAsync(third, "does not count this worker in any more");
            await MovesAsync(pair, topic);
            await load.StopAsync();
        }

        await first.Program.RunsUntilAsync("all to arrive", Patience, ct => pair.IsLevelAsync(topic, "A." + topic, ct), Ct);
        Assert.Equal((0, 0), (await first.StopAsync(Ct), await third.StopAsync(Ct)));
        await pair.SameContentAsync(topic, "A." + topic, Ct);
    }

    /// <summary>The group takes members of one kind only, so that both cannot run one flow.</summary>
    [KafkaFact]
    public async Task MirrorMaker_2_beside_us_ends_and_we_beside_it_wait()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("beside");
        var worker = ClusterPair.Name("mm2");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        var file = FlowFile.Of(pair, ("topics", topic), ("groups", "none"), ("B.group.id", worker),
            ("B.offset.storage.topic", $"{worker}-offsets"),
            ("B.config.storage.topic", $"{worker}-configs"), ("B.status.storage.topic", $"{worker}-status"));
        await using (var ours = RunningFlows.Start(file))
        {
            await SaysAsync(ours, "slots: 32 of 32");
            await using var late = JavaMirrorMaker2.Start(file);
            await Eventually.TrueAsync("MirrorMaker 2 to end", Patience, () => late.HasExited, Ct);
            Assert.Equal(0, await ours.StopAsync(Ct));
        }

        await using var java = JavaMirrorMaker2.Start(file);
        await pair.Source.Client.GenerateAsync(topic, new() { Count = 10, Partitions = 1 }, Ct);
        await Eventually.ValueAsync("MirrorMaker 2 to copy", Patience, ct => EndAsync(pair, topic, ct), end => end == 10, Ct);
        await using var beside = RunningFlows.Start(file);
        await SaysAsync(beside, "MirrorMaker 2 runs this flow");
        await java.StopAsync(Ct);
        await SaysAsync(beside, "slots: 32 of 32");
        await pair.Source.Client.GenerateAsync(topic, new() { First = 10, Count = 10, Partitions = 1 }, Ct);
        await beside.Program.RunsUntilAsync("us to copy", Patience, async ct => await EndAsync(pair, topic, ct) == 20, Ct);
        Assert.Equal(0, await beside.StopAsync(Ct));
        await pair.SameContentAsync(topic, "A." + topic, Ct);
    }

    private static Task SaysAsync(RunningFlows flows, string what) => flows.Program.RunsUntilAsync(
        $"it to say '{what}'", Patience,
        _ => Task.FromResult((flows.Program.Output + flows.Program.Errors).Contains(what, StringComparison.Ordinal)), Ct);

    /// <summary>More comes in every partition than can have been under way.</summary>
    private static async Task MovesAsync(ClusterPair pair, string topic)
    {
        var source = (await pair.Source.Client.EndOffsetsAsync(topic, Ct)).ToArray();
        await Eventually.ValueAsync(
            "records to come everywhere", Patience, async ct => (await pair.Target.Client.EndOffsetsAsync("A." + topic, ct)).ToArray(),
            ends => ends.Zip(source).All(end => end.First > end.Second), Ct);
    }

    private static async Task<long> EndAsync(ClusterPair pair, string topic, CancellationToken ct) =>
        (await pair.Target.Client.ListTopicsAsync(ct)).Contains("A." + topic)
            ? (await pair.Target.Client.EndOffsetsAsync("A." + topic, ct)).Sum()
            : 0;
}
