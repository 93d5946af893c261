using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>Mirrors that are killed under load: what comes after them repeats nothing and loses nothing.</summary>
[Collection(RealClusters.OfFlows)]
public sealed class KillTests(RealClusters clusters, ITestOutputHelper output)
{
    private const int Partitions = 4;
    private const int PerSecond = 2_000;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [KafkaTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Killed_again_and_again_it_repeats_nothing(bool byFile) => KillAsync(kills: 6, byFile);

    [KafkaTheory(Slow = true)]
    [InlineData(true)]
    [InlineData(false)]
    public Task Killed_two_hundred_times_it_repeats_nothing(bool byFile) => KillAsync(kills: 200, byFile);

    [KafkaFact(Slow = true)]
    public async Task After_a_MirrorMaker_2_that_was_killed_it_repeats_nothing()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("killed");
        var connectors = ClusterPair.Name("mm2");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        var file = FlowFile.Of(
            pair, ("topics", topic), ("groups", "none"), ("B.offset.storage.topic", $"{connectors}-offsets"),
                ("B.config.storage.topic", $"{connectors}-configs"),
            ("B.status.storage.topic", $"{connectors}-status"), ("B.group.id", connectors), ("B.offset.flush.interval.ms", "5000"));
        await using (var load = Load.Start(pair.Source.Client, topic, Partitions, PerSecond))
        {
            await using (var java = JavaMirrorMaker2.Start(file))
            {
                // It has stored a position, and mirrored more since.
                await ArrivedAsync(pair, $"{connectors}-offsets", 1);
                await ArrivedAsync(pair, "A." + topic, await EndAsync(pair, "A." + topic, Ct) + PerSecond);
                await java.KillAsync(Ct);
            }

            await using var flows = RunningFlows.Start(file);
            var killedAt = await EndAsync(pair, "A." + topic, Ct);
            await flows.Program.RunsUntilAsync("Heliostat to copy", Patience, ct =>
                HasArrivedAsync(pair, "A." + topic, killedAt + PerSecond, ct), Ct);
            await load.StopAsync();
            await flows.Program.RunsUntilAsync("all to arrive", Patience, ct => pair.IsLevelAsync(topic, "A." + topic, ct), Ct);
            output.WriteLine(flows.Program.Errors);
            Assert.Equal(0, await flows.StopAsync(Ct));
        }

        await pair.SameContentAsync(topic, "A." + topic, Ct);
    }

    /// <summary>
    /// By a file, MirrorMaker 2's way, with positions on the target; or without one, MirrorMaker 1's, with commits on the source.
    /// </summary>
    private async Task KillAsync(int kills, bool byFile)
    {
        var random = Seed.New(output);
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("killed");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        using var folder = new TemporaryFolder("killed");
        string[] command = byFile
            ? ["run", FlowFile.Of(pair, ("topics", topic), ("groups", "none")).Write(folder)]
            : ["mirror", "--from", pair.Source.BootstrapServers, "--to", pair.Target.BootstrapServers, "--topics", topic, "--from-alias",
                "A", "--group", topic];
        await using (var load = Load.Start(pair.Source.Client, topic, Partitions, PerSecond))
        {
            var mirrored = 0L;
            for (var kill = 0; kill < kills; kill++)
            {
                await using var mirror = HeliostatProcess.Start(command);
                var goal = mirrored + random.Next(1, 3 * PerSecond);
                await mirror.RunsUntilAsync("Heliostat to copy", Patience, async ct =>
                    (mirrored = await EndAsync(pair, "A." + topic, ct)) >= goal, Ct);
                mirror.Signal(ProcessSignal.Kill);
                await mirror.WaitForExitAsync(Patience, Ct);
            }

            await load.StopAsync();
        }

        await using (var last = HeliostatProcess.Start(command))
        {
            await last.RunsUntilAsync("all to arrive", Patience, ct => pair.IsLevelAsync(topic, "A." + topic, ct), Ct);
            Assert.Equal(0, await last.StopAsync(Ct));
        }

        await pair.SameContentAsync(topic, "A." + topic, Ct);
    }

    private static Task<bool> ArrivedAsync(ClusterPair pair, string mirror, long records) =>
        Eventually.ValueAsync("MirrorMaker 2 to copy", Patience, ct => HasArrivedAsync(pair, mirror, records, ct), arrived => arrived, Ct);

    private static async Task<bool> HasArrivedAsync(ClusterPair pair, string mirror, long records, CancellationToken ct) =>
        await EndAsync(pair, mirror, ct) >= records;

    private static async Task<long> EndAsync(ClusterPair pair, string mirror, CancellationToken ct) =>
        (await pair.Target.Client.ListTopicsAsync(ct)).Contains(mirror) ? (await pair.Target.Client.EndOffsetsAsync(mirror, ct)).Sum() : 0;
}
