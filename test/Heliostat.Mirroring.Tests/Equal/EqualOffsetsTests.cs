using Heliostat.Broker;
using Heliostat.Mirroring.Equal;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tests.Flows;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Equal;

/// <summary>Record N of the source is record N of the target, whatever the source's log lacks, and whatever happens in between.</summary>
public sealed class EqualOffsetsTests
{
    private const string Equal =
        "A->B.enabled = true\nreplication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy\nA->B.heliostat.offsets "
            + "= equal";

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_log_that_starts_far_from_zero_with_transactions_and_aborts_has_the_same_offsets()
    {
        await using var bench = await StartAsync(3_000);
        await bench.Client("A").DeleteRecordsAsync("orders", 0, 2_990, Ct);
        await TransactAsync(bench, "first", 10);

        await MirrorAsync(bench);
        Assert.Equal(2_990, (await bench.Client("B").StartOffsetsAsync("orders", Ct))[0]);
        await SameAsync(bench);

        await TransactAsync(bench, "second", 5);
        await MirrorAsync(bench);
        await SameAsync(bench);
    }

    /// <summary>Format 2, transactions and DeleteRecords are there; zstd, configs one by one and topic ids are not.</summary>
    [Theory]
    [InlineData("equal")]
    [InlineData("own")]
    public async Task A_target_of_Kafka_0_11_has_all_records(string offsets)
    {
        await using var bench = await FlowBench.StartAsync(new Dictionary<string, EmbeddedClusterOptions>
        {
            ["A"] = new(),
            ["B"] = OldVersions.OfKafka011,
        });
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await ProduceAsync(bench, 0, 100);
        await bench.Client("A").DeleteRecordsAsync("orders", 0, 90, Ct);
        await TransactAsync(bench, "first", 6);
        foreach (var codec in (string[])["gzip", "snappy", "lz4", "zstd"])
        {
            await bench.Client("A").ProduceAsync("orders", Enumerable.Range(0, 20).Select(i => KafkaRecord.Of($"{codec}-{i}",
                new string('x', i * 9)) with
            { Partition = 0 }), new Dictionary<string, string> { ["compression.type"] = codec }, Ct);
        }

        if (offsets == "equal")
        {
            await MirrorAsync(bench, begins: 90);
            await SameAsync(bench);
            return;
        }

        var expected = await bench.RecordsAsync("A", "orders");
        await bench.RunUntilAsync(Equal.Replace("= equal", "= own", StringComparison.Ordinal), "all records",
            async _ => await bench.RecordsAsync("B", "orders") == expected);
        Assert.Equal((await RecordsAsync(bench, "A")).Select(WithoutOffset), (await RecordsAsync(bench, "B")).Select(WithoutOffset));

        static string WithoutOffset(string record) => record[record.IndexOf(' ', StringComparison.Ordinal)..];
    }

    [Theory]
    [InlineData("topics = .*", null)]
    [InlineData("heliostat.records.drop = tombstone", "transforms of records")]
    [InlineData("heliostat.provenance = heliostat", "heliostat.provenance")]
    [InlineData("B.exactly.once.source.support = enabled", "exactly.once.source.support")]
    [InlineData("exactly.once.source.support = enabled",
        null)] // As in MirrorMaker 2 it counts nowhere without the target's alias, which is told.
    [InlineData("A->B.heliostat.from = offset:5", "heliostat.from")]
    public void What_changes_records_or_leaves_some_out_is_refused(string also, string? named)
    {
        var refusal = EqualLanes.Refusal(Configurations.GoodWith($"A->B.heliostat.offsets = equal\n{also}").ToFile().Flows[0]);

        Assert.Equal(named is not null, refusal?.Contains(named!, StringComparison.Ordinal) == true);
    }

    [Fact]
    public void What_is_filled_is_told_with_its_sum_and_the_longest_time()
    {
        Assert.Null(LaneFilling.Sum([null, null]));
        Assert.Equal(
            "filling offsets: 25 % of 4,000, about 40 s left",
            LaneFilling.Sum([new(500, 1_000, TimeSpan.FromSeconds(39.5)), null, new(500, 3_000, TimeSpan.FromSeconds(3))])!.ToString());
        Assert.Equal("filling offsets: 0 % of 1,000", new LaneFilling(0, 1_000, null).ToString());
        Assert.Equal("filling offsets: 1 % of 100, about 3 min left", new LaneFilling(1, 100, TimeSpan.FromSeconds(130)).ToString());
    }

    [Fact]
    public async Task An_empty_log_ends_at_the_same_offset()
    {
        await using var bench = await StartAsync(50);
        await bench.Client("A").DeleteRecordsAsync("orders", 0, 50, Ct);

        await MirrorAsync(bench, begins: 50);

        Assert.Equal(50, (await bench.Client("B").EndOffsetsAsync("orders", Ct))[0]);
    }

    [Fact]
    public async Task What_is_not_stored_is_not_mirrored_twice()
    {
        await using var bench = await StartAsync(0);
        for (var life = 0; life < 3; life++)
        {
            await ProduceAsync(bench, life * 100, 100);
            await TransactAsync(bench, $"life-{life}", 3);
            await bench.CrashAsync($"{Equal}\nB.offset.flush.interval.ms = 3600000", "orders", await bench.EndAsync("B", "orders") + 1);
        }

        await MirrorAsync(bench);
        await SameAsync(bench);
    }

    [Fact]
    public async Task Somebody_elses_record_on_the_target_stops_the_lane_with_its_cause()
    {
        await using var bench = await StartAsync(10);
        await MirrorAsync(bench);
        Assert.Equal(["equal since 0"], await PlannedAsync(bench));
        await InterfereAsync(bench);
        await ProduceAsync(bench, 10, 10);
        Assert.Equal(["not equal since 10 because its record is another than the source's at offset 10"], await PlannedAsync(bench));

        var cause = await StandsStillAsync(bench, Equal);

        Assert.Contains("not equal since 10 because", cause, StringComparison.Ordinal);
        Assert.Equal(11, await bench.EndAsync("B", "orders"));
    }

    [Fact]
    public async Task A_record_of_somebody_else_between_two_of_the_mirror_is_noticed_while_it_runs()
    {
        await using var bench = await StartAsync(10);
        var cause = "";
        var written = false;
        await bench.RunUntilAsync(Equal, "the lane to stand still", async seen =>
        {
            if (!written && await bench.EndAsync("B", "orders") == 10)
            {
                written = true;
                await InterfereAsync(bench);
                await ProduceAsync(bench, 10, 10);
            }

            return (cause = CauseOf(seen)).Contains("not equal", StringComparison.Ordinal);
        });

        Assert.Contains("not equal since 10 because it was stored at offset 11 of orders-0: something else wrote to that partition", cause,
            StringComparison.Ordinal);
    }

    /// <summary>
    /// Without transactions MirrorMaker 2 had the same offsets by chance: its position says no place on the target, and is where the target
    /// ends.
    /// </summary>
    [Fact]
    public async Task What_a_MirrorMaker_mirrored_to_the_same_offsets_is_not_deleted()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        foreach (var alias in new[] { "A", "B" })
        {
            await bench.Client(alias).CreateTopicAsync("orders", 1, null, Ct);
            await bench.Client(alias).ProduceAsync("orders", Enumerable.Range(0, 10).Select(i => KafkaRecord.Of($"key-{i}",
                $"value {i}") with
            { Partition = 0, Timestamp = 1_000 + i }), new Dictionary<string, string>(), Ct);
        }

        await bench.Client("B")
            .CreateTopicAsync("mm2-offsets.A.internal", 25, new Dictionary<string, string> { ["cleanup.policy"] = "compact" }, Ct);
        await bench.Client("B").ProduceAsync(
            "mm2-offsets.A.internal", [KafkaRecord.Of("""["MirrorSourceConnector",{"cluster":"A","partition":0,"topic":"orders"}]""",
                """{"offset":9}""")], new Dictionary<string, string>(), Ct);
        await ProduceAsync(bench, 10, 10);

        await MirrorAsync(bench);
        await MirrorAsync(bench);

        Assert.Equal(0, (await bench.Client("B").StartOffsetsAsync("orders", Ct))[0]);
        await SameAsync(bench);
    }

    /// <summary>
    /// With own offsets the target ends at 100, and the source begins at 200 by then: no offset has a record on both sides.
    /// </summary>
    [Fact]
    public async Task A_mirror_with_own_offsets_that_cannot_be_compared_stops_the_lane()
    {
        await using var bench = await StartAsync(300);
        await bench.Client("A").DeleteRecordsAsync("orders", 0, 200, Ct);
        await bench.RunUntilAsync(Equal.Replace("= equal", "= own", StringComparison.Ordinal), "100 records",
            async _ => await bench.EndAsync("B", "orders") == 100);

        var cause = await StandsStillAsync(bench, Equal);

        Assert.Contains("not equal since 100 because", cause, StringComparison.Ordinal);
        Assert.Equal(100, await bench.EndAsync("B", "orders"));
    }

    [Fact]
    public async Task A_target_that_is_deleted_begins_anew_while_the_mirror_runs()
    {
        await using var bench = await StartAsync(10);
        var step = 0;
        await bench.RunUntilAsync(Equal, "both sides to be the same again", async seen =>
        {
            if (step == 0 && await bench.EndAsync("B", "orders") == 10)
            {
                step = 1;
                await InterfereAsync(bench);
                await ProduceAsync(bench, 10, 10);
            }
            else if (step == 1 && CauseOf(seen).Contains("not equal", StringComparison.Ordinal))
            {
                step = 2;
                await bench.Client("B").DeleteTopicAsync("orders", Ct);
            }

            return step == 2 && CauseOf(seen).Length == 0 && await bench.EndAsync("B", "orders") == 20;
        });

        await SameAsync(bench);
    }

    [Fact]
    public async Task More_to_fill_than_is_allowed_stops_the_lane()
    {
        await using var bench = await StartAsync(50);
        await bench.Client("A").DeleteRecordsAsync("orders", 0, 40, Ct);

        var cause = await StandsStillAsync(bench, $"{Equal}\nA->B.heliostat.offsets.equal.max.fill = 39", because: "max.fill");

        Assert.Contains("40 offsets up to 40 have no record, and no more than 39 may be filled", cause, StringComparison.Ordinal);
        Assert.Equal(0, await bench.EndAsync("B", "orders"));
    }

    /// <summary>Two clusters, and on A a topic with so many records.</summary>
    private static async Task<FlowBench> StartAsync(int count)
    {
        var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await ProduceAsync(bench, 0, count);
        return bench;
    }

    /// <summary>What a plan says of the lane, from the logs alone.</summary>
    private static async Task<IEnumerable<string>> PlannedAsync(FlowBench bench) =>
        (await new FlowPlanner(bench.File(Equal).Flows[0], TimeProvider.System, NullLoggerFactory.Instance).PlanAsync(Ct))
            .Equality.Where(lane => lane.Topic == "orders").Select(lane => lane.State);

    /// <summary>Somebody else writes a record to the target.</summary>
    private static Task InterfereAsync(FlowBench bench) =>
        bench.Client("B")
            .ProduceAsync("orders", [KafkaRecord.Of("a", "another's") with { Partition = 0 }], new Dictionary<string, string>(), Ct);

    /// <summary>Runs until the lane stands still, and says why it does.</summary>
    private static async Task<string> StandsStillAsync(FlowBench bench, string settings, string because = "")
    {
        var cause = "";
        await bench.RunUntilAsync(
            settings, "the lane to stand still",
            seen => Task.FromResult((cause = CauseOf(seen)).Length > 0 && cause.Contains(because, StringComparison.Ordinal)));
        return cause;
    }

    private static string CauseOf(EngineSnapshot seen) => string.Join('\n', seen.Total.Paused.Select(lane => lane.Cause));

    private static Task ProduceAsync(FlowBench bench, int first, int count) => bench.Client("A").ProduceAsync(
        "orders", Enumerable.Range(first, count).Select(i => KafkaRecord.Of($"key-{i}", $"value {i}") with { Partition = 0 }),
        new Dictionary<string, string> { ["batch.size"] = "4096" }, Ct);

    /// <summary>Transactions of one record and of several, committed and aborted.</summary>
    private static async Task TransactAsync(FlowBench bench, string id, int count)
    {
        await using var producer = await bench
            .Client("A").OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = id }, Ct);
        for (var i = 0; i < count; i++)
        {
            await producer.BeginAsync(Ct);
            await producer.SendAsync("orders",
                Enumerable.Range(0, 1 + (i % 4)).Select(n => KafkaRecord.Of($"{id}-{i}", $"{n}") with { Partition = 0 }), Ct);
            await (i % 3 == 1 ? producer.AbortAsync(Ct) : producer.CommitAsync(Ct));
        }
    }

    private static async Task MirrorAsync(FlowBench bench, long begins = 0)
    {
        var engine = bench.Engine(Equal);
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token, CancellationToken.None);
        await Eventually.ValueAsync(
            "both sides to end at the same offset", TimeSpan.FromSeconds(60),
            async _ => (A: await bench.EndAsync("A", "orders"), B: await bench.EndAsync("B", "orders"), Cause: CauseOf(engine.Snapshot())),
            seen => seen.A == seen.B, Ct);
        await Eventually.ValueAsync(
            "what fills the target to be deleted", TimeSpan.FromSeconds(60),
            async _ => begins == 0 ? 0 : (await bench.Client("B").StartOffsetsAsync("orders", Ct))[0], start => start == begins, Ct);
        await stop.CancelAsync();
        Assert.Equal(MirrorEnd.Stopped, (await running).End);
    }

    private static async Task SameAsync(FlowBench bench)
    {
        var (source, target) = (await RecordsAsync(bench, "A"), await RecordsAsync(bench, "B"));
        Assert.NotEmpty(source);
        Assert.Equal(source, target);
    }

    private static async Task<List<string>> RecordsAsync(FlowBench bench, string alias) =>
        [.. (await bench.Client(alias).ReadAsync("orders", new() { Records = true }, Ct))[0].Records.Select(record =>
            $"{record.Offset} {record.Timestamp} {Convert.ToHexString(record.Key ?? [])} {Convert.ToHexString(record.Value ?? [])}")];
}
