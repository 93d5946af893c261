using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Two files, each with aliases of its own for the same two clusters.</summary>
public sealed class TwoFilesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task Files_that_begin_at_once_and_would_carry_a_topic_round_end_with_one_that_has_it()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        foreach (var alias in (string[])["A", "B"])
        {
            await bench.Client(alias).CreateTopicAsync("ring", 1, null, Ct);
            await bench.Client(alias).GenerateAsync("ring", new() { Count = 20, Partitions = 1 }, Ct);
        }

        using var log = new RecordingLoggerFactory();
        MirrorEngine[] engines = [Engine(bench, ("K", "A"), ("L", "B"), log), Engine(bench, ("M", "B"), ("N", "A"), log)];
        using var stop = new CancellationTokenSource();
        Task<MirrorOutcome>[] running = [.. engines.Select(engine => engine.RunAsync(stop.Token, Ct))];

        await Eventually.TrueAsync("one of them to have left it to the other", Patience, () => log.Lines.Any(line => line.Contains("and another flow has them: ring", StringComparison.Ordinal)), Ct);
        await Eventually.TrueAsync("one of them to have its lane", Patience, () => engines.Count(Has) == 1, Ct);

        await Eventually.ValueAsync("all records to be where they were not", Patience, async _ => await bench.EndAsync("A", "ring") + await bench.EndAsync("B", "ring"), sum => sum >= 60, Ct);
        await stop.CancelAsync();
        foreach (var run in running)
        {
            Assert.Equal(MirrorEnd.Stopped, (await run).End);
        }

        long[] ends = [await bench.EndAsync("A", "ring"), await bench.EndAsync("B", "ring")];
        Assert.Equal([20, 40], ends.Order());
    }

    private static bool Has(MirrorEngine engine) => engine.Snapshot(withLanes: true).Flows.SelectMany(flow => flow.ByLane).Any(lane => lane is { Topic: "ring", State: LaneState.Live });

    private static MirrorEngine Engine(FlowBench bench, (string Alias, string Cluster) from, (string Alias, string Cluster) to, ILoggerFactory log) => new(
        Configurations.Read(string.Join('\n',
        [
            $"clusters = {from.Alias}, {to.Alias}",
            $"{from.Alias}.bootstrap.servers = {bench.Cluster(from.Cluster).BootstrapServers}", $"{to.Alias}.bootstrap.servers = {bench.Cluster(to.Cluster).BootstrapServers}",
            $"{from.Alias}->{to.Alias}.enabled = true", $"{from.Alias}->{to.Alias}.topics = ring", "replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
            "replication.factor = 1", "offset-syncs.topic.replication.factor = 1", "checkpoints.topic.replication.factor = 1", "offset.storage.replication.factor = 1", "emit.heartbeats.enabled = false",
        ])).ToFile().Flows, new EngineOptions(), TimeProvider.System, log);
}
