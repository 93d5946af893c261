using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>Processes of the quick form that share a group of the source, as those of MirrorMaker 1's way do, on real clusters.</summary>
[Collection(RealClusters.OfFlows)]
public sealed class SharedGroupTests(RealClusters clusters)
{
    private const int Partitions = 4;
    private const int PerSecond = 1_000;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongerThanASession = TimeSpan.FromSeconds(10);

    /// <summary>What it could fetch and write before it hears that it was put out, others have mirrored.</summary>
    [KafkaFact]
    public async Task One_that_slept_through_its_session_writes_nothing_of_others()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("asleep");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await using var first = Start();
        await using var second = Start();
        await using (var load = Load.Start(pair.Source.Client, topic, Partitions, PerSecond))
        {
            await first.RunsUntilAsync("the mirror to stand", Patience, async ct =>
                (await pair.Target.Client.ListTopicsAsync(ct)).Contains("A." + topic), Ct);
            await second.RunsUntilAsync("it to have lanes", Patience, _ => SaysAsync(second, "lanes opened"), Ct);
            await MovesAsync();

            // The ends alone do not tell that it was put out of the group.
            second.Signal(ProcessSignal.Stop);
            await Task.Delay(LongerThanASession, TimeProvider.System, Ct);
            await MovesAsync();
            second.Signal(ProcessSignal.Continue);
            await second.RunsUntilAsync("it to hear of it", Patience, _ =>
                SaysAsync(second, "does not count this member in any more"), Ct);
            await MovesAsync();
            await load.StopAsync();
        }

        await first.RunsUntilAsync("all to arrive", Patience, ct => pair.IsLevelAsync(topic, "A." + topic, ct), Ct);
        Assert.Equal((0, 0), (await first.StopAsync(Ct), await second.StopAsync(Ct)));
        await pair.SameContentAsync(topic, "A." + topic, Ct);

        HeliostatProcess Start() => HeliostatProcess.Start(
        [
            "mirror", "--from", pair.Source.BootstrapServers, "--to", pair.Target.BootstrapServers, "--topics", topic, "--from-alias", "A",
            "--group", topic, "--commit-interval", "1s",
            "--consumer-property", "session.timeout.ms=6000", "--consumer-property", "heartbeat.interval.ms=1000",
        ]);

        static Task<bool> SaysAsync(HeliostatProcess program, string what) =>
            Task.FromResult((program.Output + program.Errors).Contains(what, StringComparison.Ordinal));

        async Task MovesAsync()
        {
            var source = (await pair.Source.Client.EndOffsetsAsync(topic, Ct)).ToArray();
            await Eventually.ValueAsync("records to come everywhere", Patience, async ct =>
                (await pair.Target.Client.EndOffsetsAsync("A." + topic, ct)).ToArray(),
                ends => ends.Zip(source).All(end => end.First > end.Second), Ct);
        }
    }
}
