using Heliostat.Testing.Links;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>A cluster that is well, and out of reach for a while.</summary>
public sealed class OutOfReachTests
{
    private const int Partitions = 4;
    private static readonly CancellationToken Ct = CancellationToken.None;

    [KafkaFact]
    public async Task A_source_out_of_reach_for_longer_than_the_session_repeats_nothing()
    {
        await using var link = SlowLink.Open();
        await using var pair = await ClusterPair.StartAsync(new() { Links = [link] }, new(), Ct);
        var settings = new MirrorSettings { Compared = false, CommitInterval = TimeSpan.FromHours(1), Consumer = link.Bootstrap };
        var topic = ClusterPair.Name("away");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await pair.Source.Client.GenerateAsync(topic, new() { Count = 5000, Partitions = Partitions }, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 5000, Ct);
        link.Cut();
        await mirror.Program.RunsUntilAsync("the group to count it out", settings.SessionTimeout * 5,
            async ct => (await pair.Source.Client.GroupMembersAsync(settings.Group, ct)).Length == 0, Ct);
        await pair.Source.Client.GenerateAsync(topic, new() { First = 5000, Count = 1000, Partitions = Partitions }, Ct);
        link.Mend();
        await mirror.Program.RunsUntilAsync("its partitions to come back", TimeSpan.FromSeconds(30),
            _ => Task.FromResult(mirror.Program.Errors.Contains("nobody committed in between", StringComparison.Ordinal)), Ct);
        await pair.ArrivedAsync(mirror, topic, 6000, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
    }
}
