using Heliostat.Client.Routing;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Pump;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>The audit that runs beside a mirror: what is planted is found, told once with its place, and nothing else is.</summary>
public sealed class BackgroundAuditTests(ITestOutputHelper output)
{
    private const int All = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory]
    [InlineData("none", null)]
    [InlineData("dropped", AuditKind.Missing)]
    [InlineData("doubled", AuditKind.Duplicate)]
    [InlineData("swapped", AuditKind.Reordered)]
    [InlineData("changed", AuditKind.Differs)]
    [InlineData("header", AuditKind.Differs)]
    [InlineData("foreign", AuditKind.Foreign)]
    [InlineData("timestamp", AuditKind.Timestamp)]
    public async Task Each_planted_fault_is_found_in_its_place_range_by_range_and_nothing_else(string fault, AuditKind? expected)
    {
        var random = new Random(Seed.Next(output));
        var at = random.Next(1, All - 2);
        await using var bench = await FlowBench.StartAsync("A", "B");
        KafkaRecord[] records = [.. Enumerable.Range(0, All).Select(i => KafkaRecord.Of($"k{i}", $"value {i}", 0, 1_700_000_000_000 + i))];
        var (mirrored, places) = Planted(records, fault, at);
        await FillAsync(bench, "A", records);
        await FillAsync(bench, "B", mirrored);
        await using var audit = new Bench(bench);
        // Ranges end where the fault does not: behind a record that stands on both sides, as positions do.
        int[] ends =
            [.. new[] { random.Next(1, All), random.Next(1, All), All }.Order().Where(end => Math.Abs(end - 1 - at) > 1 || end == All)];

        foreach (var end in ends)
        {
            await audit.RoundAsync(end, places[end - 1] + 1);
        }

        var report = Assert.Single(audit.Book.All).Report;
        Assert.Equal((All, All), (report.To, (int)ends[^1]));
        if (expected is not { } kind)
        {
            Assert.Empty(report.Findings);
            Assert.Equal(All, report.Counts.Verified);
            return;
        }

        var finding = Assert.Single(report.Findings);
        Assert.Equal((kind, 1), (finding.Kind, finding.Count));
        Assert.Equal(at, kind switch
        {
            AuditKind.Missing or AuditKind.Differs or AuditKind.Timestamp => finding.Source,
            AuditKind.Duplicate => finding.Target - 1,
            _ => finding.Target is var place && place == at + 1 && kind == AuditKind.Reordered ? at : place,
        });
    }

    [Fact]
    public async Task What_comes_twice_right_behind_the_seam_of_two_ranges_is_told_as_such()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        KafkaRecord[] records = [.. Enumerable.Range(0, 100).Select(i => KafkaRecord.Of($"k{i}", $"value {i}", 0, 1_700_000_000_000 + i))];
        await FillAsync(bench, "A", records);
        await FillAsync(bench, "B", [.. records[..60], .. records[50..]]);
        await using var audit = new Bench(bench);
        await audit.RoundAsync(30, 30);
        await audit.RoundAsync(60, 60);
        await audit.RoundAsync(100, 110);

        Assert.Equal([new AuditFinding(AuditKind.Duplicate, -1, 60, 10)], Assert.Single(audit.Book.All).Report.Findings);
    }

    [Fact]
    public async Task What_comes_behind_all_that_was_mirrored_is_found_where_the_source_has_no_more()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        KafkaRecord[] records = [.. Enumerable.Range(0, 100).Select(i => KafkaRecord.Of($"k{i}", $"value {i}", 0, 1_700_000_000_000 + i))];
        await FillAsync(bench, "A", records);
        await FillAsync(bench, "B", [.. records, KafkaRecord.Of("x", "another's", 0)]);
        await using var audit = new Bench(bench);
        await audit.RoundAsync(90, 90);
        await audit.RoundAsync(90, 90);
        Assert.Empty(Assert.Single(audit.Book.All).Report.Findings);
        await audit.RoundAsync(100, 100);
        await audit.RoundAsync(100, 100);
        await audit.RoundAsync(100, 100);

        Assert.Equal([new AuditFinding(AuditKind.Foreign, -1, 100, 1)], Assert.Single(audit.Book.All).Report.Findings);
    }

    [Fact]
    public async Task What_is_kept_is_read_again_and_the_audit_goes_on_there()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        KafkaRecord[] records = [.. Enumerable.Range(0, 100).Select(i => KafkaRecord.Of($"k{i}", $"value {i}", 0, 1_700_000_000_000 + i))];
        await FillAsync(bench, "A", records);
        await FillAsync(bench, "B", [.. records[..10], .. records[11..]]);
        await using var first = new Bench(bench);
        await first.RoundAsync(50, 49);

        await using var second = new Bench(bench);
        foreach (var kept in first.Kept)
        {
            second.Book.Take(kept.Key, kept.Value);
        }

        Assert.Equal(first.Book.All.Single().Write().Value, second.Book.All.Single().Write().Value);
        await second.RoundAsync(100, 99);
        var report = second.Book.All.Single().Report;
        Assert.Equal([new AuditFinding(AuditKind.Missing, 10, -1, 1)], report.Findings);
        Assert.Equal((99L, 100L), (report.Counts.Verified, report.To));
        Assert.Empty(second.Told);
        Assert.Single(first.Told);
    }

    [Theory]
    [InlineData("")]
    [InlineData("B.exactly.once.source.support = enabled\ntasks.max = 4")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = org.apache.kafka.connect.transforms.InsertHeader\n"
        + "A->B.transforms.t.header = from\nA->B.transforms.t.value.literal = A")]
    public async Task A_running_flow_audits_all_that_it_mirrors_over_kills_and_hand_overs(string settings)
    {
        const string audited = "A->B.heliostat.audit.rate = 100000000";
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 12, null, Ct);
        using var load = new CancellationTokenSource();
        var loading = bench.LoadAsync(load.Token);
        var first = new RunningWorker(bench, $"{audited}\n{settings}");
        await AuditedAsync(first, 1);
        await using var second = new RunningWorker(bench, $"{audited}\n{settings}");
        await second.LanesAsync(lanes => lanes is > 0 and < 12);
        await first.KillAsync();
        await load.CancelAsync();
        var count = await loading;

        await AuditedAsync(second, count);
        Assert.Empty(second.Flow.Snapshot().Audit!.Found);
        Assert.InRange(second.Flow.Snapshot().Audit!.Verified, count, long.MaxValue);
        await bench.Client("B").ProduceAsync("A.orders", [KafkaRecord.Of("x", "another's", 3)], new Dictionary<string, string>(), Ct);
        await bench.Client("A").GenerateAsync("orders", new() { First = count, Count = 120, Partitions = 12 }, Ct);
        await AuditedAsync(second, count + 120);
        Assert.Equal([(AuditKind.Foreign, 1L)], second.Flow.Snapshot().Audit!.Found.Select(found => (found.Key, found.Value)));
        var flow = bench.File($"A->B.enabled = true\n{settings}").Flows.Single(flow => flow.Enabled);
        var kept = await Eventually.ValueAsync("it to be kept", Patience,
            ct => new Verification(TimeProvider.System, NullLoggerFactory.Instance).ReadAsync(flow, ct),
            kept => kept.Lanes.Sum(lane => lane.To) >= count + 120, Ct);
        Assert.Equal(3, Assert.Single(kept.Lanes, lane => lane.Verdict == AuditVerdict.Different).Partition);
    }

    private static Task AuditedAsync(RunningWorker worker, long offsets) => Eventually.ValueAsync(
        "the audit", Patience, _ => Task.FromResult(worker.Flow.Snapshot().Audit?.Lanes.Sum(lane => lane.To) ?? 0),
        seen => seen >= offsets, Ct);

    private static (KafkaRecord[] Mirrored, int[] Places) Planted(KafkaRecord[] records, string fault, int at)
    {
        List<KafkaRecord> mirrored = [];
        var places = new int[records.Length];
        for (var i = 0; i < records.Length; i++)
        {
            places[i] = mirrored.Count;
            var planted = i == at ? fault : i == at + 1 && fault == "swapped" ? "swapped back" : "";
            mirrored.AddRange(planted switch
            {
                "dropped" => [],
                "doubled" => [records[i], records[i]],
                "swapped" => [records[i + 1]],
                "swapped back" => [records[i - 1]],
                "changed" => [records[i] with { Value = "other"u8.ToArray() }],
                "header" => [records[i] with { Headers = [new KafkaHeader("h", "x"u8.ToArray())] }],
                "foreign" => [KafkaRecord.Of("x", "another's", 0), records[i]],
                "timestamp" => [records[i] with { Timestamp = 1_600_000_000_000 }],
                _ => (KafkaRecord[])[records[i]],
            });
        }

        return ([.. mirrored], places);
    }

    private static async Task FillAsync(FlowBench bench, string alias, IReadOnlyList<KafkaRecord> records)
    {
        await bench.Client(alias).CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client(alias).ProduceAsync("orders", records, new Dictionary<string, string>(), Ct);
    }

    /// <summary>An audit of topic orders without a flow.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly KafkaClient _source;
        private readonly KafkaClient _target;
        private readonly BackgroundAudit _audit;
        private readonly RecordingLoggerFactory _log = new();
        private AuditGoal? _goal;

        public Bench(FlowBench bench)
        {
            (_source, _target) = (bench.KafkaClient("A"), bench.KafkaClient("B"));
            var scope = new FlowScope(TimeProvider.System, NullLoggerFactory.Instance, _log, new FramePool(1 << 24));
            _audit = new BackgroundAudit(_source, _target, IsolationLevel.ReadCommitted, new ByteRate(null, TimeProvider.System), Book,
                scope)
            {
                Store = KeepAsync,
                Goals = _ => Task.FromResult<IReadOnlyList<AuditGoal>>([_goal!]),
                IdleInterval = TimeSpan.Zero,
            };
        }

        public AuditBook Book { get; } = new();

        public List<KeyedRecord> Kept { get; } = [];

        public IEnumerable<string> Told => _log.Lines;

        public Task RoundAsync(long source, long target)
        {
            var lane = new TopicPartition("orders", 0);
            var map = new OffsetMap(lane);
            map.Append(0, 0, 1);
            _goal = new AuditGoal(new AuditLane(lane, lane) { Map = map }, new AuditStart(source, target), default(TopicIds));
            return _audit.RoundAsync(Ct);
        }

        public async ValueTask DisposeAsync()
        {
            await _source.DisposeAsync();
            await _target.DisposeAsync();
        }

        private Task KeepAsync(IReadOnlyList<KeyedRecord> records, CancellationToken ct)
        {
            Kept.AddRange(records);
            return Task.CompletedTask;
        }
    }
}
