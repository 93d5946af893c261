using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Several files, each with aliases of its own for the same clusters.</summary>
public sealed class SeveralFilesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Ct => CancellationToken.None;

    /// <summary>Rings of two to four files. All but those that begin <paramref name="later"/> begin at once.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    [InlineData(3, 1)]
    public async Task Of_files_that_would_carry_a_topic_round_one_leaves_it_out(int files, int later)
    {
        string[] clusters = ["A", "B", "C", "D"];
        await using var bench = await FlowBench.StartAsync(clusters[..files]);
        foreach (var alias in clusters[..files])
        {
            await bench.Client(alias).CreateTopicAsync("ring", 1, null, Ct);
            await bench.Client(alias).GenerateAsync("ring", new() { Count = 20, Partitions = 1 }, Ct);
        }

        using var log = new RecordingLoggerFactory();
        MirrorEngine[] engines =
        [
            .. Enumerable.Range(0, files)
                .Select(file => Engine(bench, ($"from{file}", clusters[file]), ($"to{file}", clusters[(file + 1) % files]), log)),
        ];
        using var stop = new CancellationTokenSource();
        List<Task<MirrorOutcome>> running = [.. engines.SkipLast(later).Select(engine => engine.RunAsync(stop.Token, Ct))];
        await Eventually.TrueAsync("all but one of them to have their lanes", Patience, () => engines.Count(Has) == files - 1, Ct);
        running.AddRange(engines.TakeLast(later).Select(engine => engine.RunAsync(stop.Token, Ct)));
        await Eventually.TrueAsync(
            "one of them to have left it to the others", Patience,
            () => log.Lines.Any(line => line.Contains("and another flow has them: ring", StringComparison.Ordinal)), Ct);

        // Behind each other they have one cluster's records, two clusters', and so on.
        await Eventually.ValueAsync(
            "all records to be where they were not", Patience, async _ => (await EndsAsync()).Sum(),
            sum => sum >= 20 * files * (files + 1) / 2, Ct);
        Assert.Equal(files - 1, engines.Count(Has));
        await stop.CancelAsync();
        foreach (var run in running)
        {
            Assert.Equal(MirrorEnd.Stopped, (await run).End);
        }

        Assert.Equal(Enumerable.Range(1, files).Select(count => 20L * count), (await EndsAsync()).Order());

        async Task<long[]> EndsAsync()
        {
            var ends = new long[files];
            foreach (var i in Enumerable.Range(0, files))
            {
                ends[i] = await bench.EndAsync(clusters[i], "ring");
            }

            return ends;
        }
    }

    private static bool Has(MirrorEngine engine) => engine.Snapshot(withLanes: true).Flows
        .SelectMany(flow => flow.ByLane).Any(lane => lane is { Topic: "ring", State: LaneState.Live });

    private static MirrorEngine Engine(FlowBench bench, (string Alias, string Cluster) from, (string Alias, string Cluster) to,
        ILoggerFactory log) => new(
            Configurations.Read(string.Join('\n',
            [
                $"clusters = {from.Alias}, {to.Alias}",
                $"{from.Alias}.bootstrap.servers = {bench.Cluster(from.Cluster).BootstrapServers}",
                $"{to.Alias}.bootstrap.servers = {bench.Cluster(to.Cluster).BootstrapServers}",
                $"{from.Alias}->{to.Alias}.enabled = true", $"{from.Alias}->{to.Alias}.topics = ring",
                "replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
                "replication.factor = 1", "offset-syncs.topic.replication.factor = 1", "checkpoints.topic.replication.factor = 1",
                "offset.storage.replication.factor = 1", "emit.heartbeats.enabled = false",
            ])).ToFile().Flows, new EngineOptions(), TimeProvider.System, log);
}
