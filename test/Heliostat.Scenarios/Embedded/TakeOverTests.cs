using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.Embedded;

/// <summary>Processes of one group, of which one goes without a word.</summary>
public sealed class TakeOverTests
{
    private const int Partitions = 4;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_lanes_of_a_killed_process_are_taken_over_and_nothing_is_lost()
    {
        await using var source = await EmbeddedTestCluster.StartAsync(1,
            new Dictionary<string, string> { ["group.min.session.timeout.ms"] = "1000" }, Ct);
        await using var target = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        var pair = new ClusterPair(source, target);
        var settings = new MirrorSettings { Compared = false, OwnProcess = true, SessionTimeout = TimeSpan.FromSeconds(3) };
        var topic = ClusterPair.Name("shared");
        await source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await target.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        var load = source.Client.GenerateAsync(topic, new() { Count = 16_000, PerSecond = 2000, Partitions = Partitions, Keys = 50 }, Ct);

        await using var first = MirrorMaker.Start(pair, topic, settings);
        await using var second = MirrorMaker.Start(pair, topic, settings);
        await second.Program.RunsUntilAsync("both to have lanes", Within, async ct =>
            (await source.Client.GroupMembersAsync(settings.Group, ct)).Select(member => member.Partitions).SequenceEqual([2, 2]), Ct);
        first.Program.Signal(ProcessSignal.Kill);
        await second.Program.RunsUntilAsync("one to have all lanes", Within, async ct =>
            (await source.Client.GroupMembersAsync(settings.Group, ct)).Select(member => member.Partitions).SequenceEqual([Partitions]),
            Ct);
        await load;
        await pair.CommittedAsync(second, topic, Ct);
        Assert.Equal(0, await second.StopAsync(Ct));

        await pair.NothingLostAsync(topic, Ct);
    }
}
