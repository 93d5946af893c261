using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>In the place of MM1, beside it, and the way back.</summary>
[Collection(RealClusters.Collection)]
public sealed class MirrorMaker1Tests(RealClusters clusters)
{
    private const int Partitions = 6;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [KafkaTheory("3.9.1")]
    [InlineData("3.9.1")]
    [InlineData("4.3.1")]
    public async Task Each_takes_over_where_the_other_stopped(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var (topic, settings) = (await KeyedTopicAsync(pair), new MirrorSettings { Compared = false });

        for (var turn = 0; turn < 4; turn++)
        {
            await pair.Source.Client.GenerateAsync(topic, new() { First = turn * 1000, Count = 1000, Keys = 50 }, Ct);
            if (turn % 2 == 0)
            {
                await using var java = JavaMirrorMaker.Start(pair, topic, settings);
                await Eventually.ValueAsync("MM1 to copy", Patience, ct => pair.TargetRecordsAsync(topic, ct),
                    seen => seen >= (turn + 1) * 1000, Ct);
                await java.StopAsync(Ct);
            }
            else
            {
                await using var mirror = MirrorMaker.Start(pair, topic, settings);
                await pair.ArrivedAsync(mirror, topic, (turn + 1) * 1000, Ct);
                Assert.Equal(0, await mirror.StopAsync(Ct));
            }
        }

        await pair.SameAsync(topic, settings, Ct);
    }

    [KafkaTheory("3.9.1")]
    [InlineData("range")]
    [InlineData("roundrobin")]
    public async Task A_group_of_both_shares_the_partitions(string strategy)
    {
        var pair = await clusters.PairAsync("3.9.1", Ct);
        var topic = await KeyedTopicAsync(pair);
        var assignor = strategy == "range" ? "RangeAssignor" : "RoundRobinAssignor";
        var settings = new MirrorSettings
        {
            Consumer = new Dictionary<string, string>
            {
                ["partition.assignment.strategy"] = "org.apache.kafka.clients.consumer." + assignor
            },
        };
        using var stop = new CancellationTokenSource();
        var load = pair.Source.Client.GenerateAsync(topic, new() { Count = 20_000, Keys = 50, PerSecond = 1000 }, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await using (var java = JavaMirrorMaker.Start(pair, topic, settings))
        {
            await mirror.Program.RunsUntilAsync("two members with three partitions each", Patience, async ct =>
                (await pair.Source.Client.GroupMembersAsync(settings.Group, ct)).Select(m => m.Partitions).Order().SequenceEqual([3, 3]),
                Ct);
            var seen = await pair.TargetRecordsAsync(topic, Ct);
            await pair.ArrivedAsync(mirror, topic, seen + 2000, Ct);
            await java.StopAsync(Ct);
        }

        await load;
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.NothingLostAsync(topic, Ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task Two_processes_share_the_partitions_and_hand_over(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var (topic, settings) = (await KeyedTopicAsync(pair), new MirrorSettings { Compared = false });
        var load = pair.Source.Client.GenerateAsync(topic,
            new() { Count = 15_000, Keys = 50, PerSecond = pair.Source.IsEmbedded ? 4000 : 1000 }, Ct);

        await using var first = MirrorMaker.Start(pair, topic, settings);
        await using var second = MirrorMaker.Start(pair, topic, settings);
        await second.Program.RunsUntilAsync("two members with three partitions each", Patience, async ct =>
            (await pair.Source.Client.GroupMembersAsync(settings.Group, ct)).Select(m => m.Partitions).Order().SequenceEqual([3, 3]), Ct);
        Assert.Equal(0, await first.StopAsync(Ct));
        await load;
        await pair.CommittedAsync(second, topic, Ct);
        Assert.Equal(0, await second.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
    }

    [Theory]
    [EmbeddedData(ProcessSignal.Terminate)]
    [EmbeddedData(ProcessSignal.Interrupt)]
    [KafkaData("4.3.1", ProcessSignal.Terminate)]
    [KafkaData("4.3.1", ProcessSignal.Interrupt)]
    public async Task A_signal_under_load_commits_all_that_arrived_and_leaves_the_group(string kind, ProcessSignal signal)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = await KeyedTopicAsync(pair);
        var settings = new MirrorSettings
        {
            Compared = false,
            CommitInterval = TimeSpan.FromHours(1),
            Options = ["--num.streams", "2"],
            OwnProcess = true
        };
        var load = pair.Source.Client.GenerateAsync(topic, new() { Count = 8000, Keys = 50, PerSecond = 2000 }, Ct);

        await using (var mirror = MirrorMaker.Start(pair, topic, settings))
        {
            await pair.ArrivedAsync(mirror, topic, 2000, Ct);
            mirror.Program.Signal(signal);
            Assert.Equal(0, await mirror.Program.WaitForExitAsync(TimeSpan.FromSeconds(20), Ct));
        }

        var committed = await pair.Source.Client.GroupOffsetsAsync(settings.Group, topic, Ct);
        Assert.Equal(await pair.Target.Client.EndOffsetsAsync(topic, Ct),
            Enumerable.Range(0, Partitions).Select(p => committed.GetValueOrDefault(p)));
        Assert.Empty(await pair.Source.Client.GroupMembersAsync(settings.Group, Ct));
        await load;
    }

    private static async Task<string> KeyedTopicAsync(ClusterPair pair)
    {
        var topic = ClusterPair.Name("mm1");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        return topic;
    }
}
