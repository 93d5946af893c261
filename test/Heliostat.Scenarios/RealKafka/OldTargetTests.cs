using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>
/// A target of Kafka 0.10.2, which has neither format 2 nor producer ids: what arrives there, as kcat and its own tools read it.
/// </summary>
public sealed class OldTargetTests : IAsyncLifetime
{
    private const int Records = 300;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly string[] Codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
    private static readonly string[] Kept = ["none", "gzip", "snappy", "lz4", "lz4"];
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);
    private ClusterPair? _pair;

    public async Task InitializeAsync()
    {
        if (KafkaDistribution.Find("0.10.2.2") is not null)
        {
            _pair = await ClusterPair.StartAsync(new() { Version = "3.9.1" }, new() { Version = "0.10.2.2" }, Ct);
        }
    }

    public async Task DisposeAsync() => await (_pair?.DisposeAsync() ?? ValueTask.CompletedTask);

    [KafkaFact("3.9.1", "0.10.2.2", Kcat = true)]
    public async Task A_target_before_0_11_gets_records_times_codecs_and_groups_none_twice_after_a_kill_and_no_headers()
    {
        var pair = _pair!;
        await pair.Source.Client.CreateTopicAsync("old-target", Codecs.Length, null, Ct);
        await ProduceAsync(pair, 0);
        await pair.Source.Client.SetGroupOffsetAsync("readers", "old-target", 1, 100, Ct);
        using var folder = new TemporaryFolder("old-target");
        var file = folder.File("mm2.properties");
        await File.WriteAllTextAsync(file, Properties(pair), Ct);
        var plan = await HeliostatProcess.RunAsync(["plan", file], Within, Ct);
        Assert.Contains("older than Kafka 0.11",
            string.Join(' ', plan.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        for (var round = 0; round < 2; round++)
        {
            await using var mirror = HeliostatProcess.Start(["run", file]);
            var expected = (round + 1) * Records;
            await mirror.RunsUntilAsync("all records to arrive", Within, async ct => await ArrivedAsync(pair, expected, ct), Ct);
            if (round == 1)
            {
                Assert.Equal(0, await mirror.StopAsync(Ct));
                break;
            }

            await mirror.RunsUntilAsync("the group's offset", Within, async ct =>
                (await pair.Target.Client.GroupOffsetsAsync("readers", "a.old-target", ct)).GetValueOrDefault(1) is > 0 and <= 100, Ct);
            mirror.Signal(ProcessSignal.Kill);
            await mirror.WaitForExitAsync(Within, Ct);
            await ProduceAsync(pair, 1);
        }

        for (var p = 0; p < Codecs.Length; p++)
        {
            Assert.Equal(await DumpAsync(pair.Source.BootstrapServers, "old-target", p),
                await DumpAsync(pair.Target.BootstrapServers, "a.old-target", p));
            Assert.All(await pair.Target.DumpAsync("a.old-target", p, 1, Ct),
                message => Assert.Equal((1, Kept[p]), (message.Magic, message.Codec)));
        }

        await RefusesHeadersAsync(pair);
    }

    /// <summary>All before it arrives, and MirrorMaker 1's way ends, as that does.</summary>
    private static async Task RefusesHeadersAsync(ClusterPair pair)
    {
        foreach (var cluster in new[] { pair.Source, pair.Target })
        {
            await cluster.Client.CreateTopicAsync("old-headers", 1, null, Ct);
        }

        await Kcat.ProduceAsync(pair.Source.BootstrapServers, "old-headers", 0, ["a:1", "b:2"], new Dictionary<string, string>(), Ct);
        var plain = await DumpAsync(pair.Source.BootstrapServers, "old-headers", 0);
        using var folder = new TemporaryFolder("old-headers");
        await File.WriteAllLinesAsync(folder.File("records"), ["c:3"], Ct);
        await Kcat.RunAsync(["-P", "-b", pair.Source.BootstrapServers, "-t", "old-headers", "-p", "0", "-K", ":", "-H", "name=value", "-l",
            folder.File("records")], Ct);

        await using var mirror = MirrorMaker.Start(pair, "old-headers", new MirrorSettings());
        Assert.NotEqual(0, await mirror.Program.WaitForExitAsync(Within, Ct));

        Assert.Contains("a record has headers, which brokers before Kafka 0.11 cannot store", mirror.Program.Errors,
            StringComparison.Ordinal);
        Assert.Equal(plain, await DumpAsync(pair.Target.BootstrapServers, "old-headers", 0));
    }

    private static Task<string[]> DumpAsync(string servers, string topic, int partition) =>
        Kcat.ConsumeAsync(servers, topic, partition, "%o %T %k %s", Ct);

    private static async Task<bool> ArrivedAsync(ClusterPair pair, int expected, CancellationToken ct) =>
        (await pair.Target.Client.ListTopicsAsync(ct)).Contains("a.old-target")
            && (await pair.Target.Client.EndOffsetsAsync("a.old-target", ct)).All(end => end >= expected);

    private static async Task ProduceAsync(ClusterPair pair, int round)
    {
        for (var p = 0; p < Codecs.Length; p++)
        {
            var lines = Enumerable.Range(round * Records, Records).Select(n => $"key-{n % 7}:value-{n} {new string('x', n % 90)}");
            await Kcat.ProduceAsync(pair.Source.BootstrapServers, "old-target", p, lines,
                new Dictionary<string, string> { ["compression.codec"] = Codecs[p] }, Ct);
        }
    }

    private static string Properties(ClusterPair pair) => $"""
        clusters = a, b
        a.bootstrap.servers = {pair.Source.BootstrapServers}
        b.bootstrap.servers = {pair.Target.BootstrapServers}
        a->b.enabled = true
        a->b.topics = old-target
        replication.factor = 1
        checkpoints.topic.replication.factor = 1
        heartbeats.topic.replication.factor = 1
        offset-syncs.topic.replication.factor = 1
        offset.storage.replication.factor = 1
        sync.group.offsets.enabled = true
        sync.group.offsets.interval.seconds = 1
        emit.checkpoints.interval.seconds = 1
        """;
}
