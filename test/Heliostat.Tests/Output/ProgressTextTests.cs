using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Sharing;
using Heliostat.Mirroring.Troubles;
using Heliostat.Output;

namespace Heliostat.Tests.Output;

public sealed class ProgressTextTests
{
    private static readonly MirrorSnapshot Busy = new()
    {
        Lanes = 12,
        RunningLanes = 12,
        Records = 467_612,
        Bytes = 1_234_567_890,
        RecordsPerSecond = 467_612,
        BytesPerSecond = 123_456_789,
        LagRecords = 1_608,
        LagBytes = 2_100_000,
    };

    [Theory]
    [InlineData(140, "3 of 3 flows | 12 lanes | lag 1,608 (2.10 MB) | 467,612 records/s | 123 MB/s | 467,612 records, 1.23 GB")]
    [InlineData(80, "3 of 3 flows | 12 lanes | lag 1,608 (2.10 MB) | 467,612 records/s | 123 MB/s")]
    [InlineData(79, "3 of 3 flows | 12 lanes | lag 1,608 (2.10 MB) | 467,612 records/s | 123 MB/s")]
    [InlineData(60, "3 of 3 flows | 12 lanes | lag 1,608 (2.10 MB)")]
    public void No_number_is_cut(int width, string line) => Assert.Equal(line, ProgressText.Live("3 of 3 flows", Busy, null, width));

    [Fact]
    public void A_lane_that_stands_still_shows_its_cause_at_any_width()
    {
        var paused = Busy with
        {
            RunningLanes = 11,
            Paused = [Paused(3, TroubleSide.Target,
            "orders-3 did not take the batch at source offset 17: INVALID_TIMESTAMP", DateTimeOffset.MaxValue)]
        };

        Assert.Equal("11 lanes, 1 PAUSED | lag 1,608 (2.10 MB) | target: orders-3 did not take the b…",
            ProgressText.Live(null, paused, null, 79));
        Assert.Contains(" paused=1 ", ProgressText.Fields(paused, null), StringComparison.Ordinal);
        Assert.EndsWith(" cause=\"target: orders-3 did not take the batch at source offset 17: INVALID_TIMESTAMP\"",
            ProgressText.Fields(paused, null), StringComparison.Ordinal);
        var quoting = Busy with
        {
            Paused = [Paused(3, TroubleSide.Source, "127.0.0.1:80 does not speak Kafka: \"<!DOCTYP\"", DateTimeOffset.MaxValue)]
        };
        Assert.EndsWith(" cause=\"source: 127.0.0.1:80 does not speak Kafka: '<!DOCTYP'\"", ProgressText.Fields(quoting, null),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, " workers=2 slots=16/32")]
    public void A_flow_that_several_processes_share_says_how_much_of_it_is_here(int workers, string end)
    {
        var flow = new FlowSnapshot
        {
            Flow = "A->B",
            Status = FlowStatus.Running,
            Lanes = MirrorSnapshot.Empty,
            Worker = new WorkerStatus("w", 16, 32, workers, [])
        };
        var progress = new FlowsProgress(() => new EngineSnapshot([flow], MirrorSnapshot.Empty));

        Assert.EndsWith("lag=unknown" + end, progress.Lines().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_is_named_in_JSON_as_people_write_it()
    {
        var progress = new FlowsProgress(() => new EngineSnapshot([new FlowSnapshot
        {
            Flow = "A->B",
            Status = FlowStatus.Starting,
            Lanes = MirrorSnapshot.Empty
        }], MirrorSnapshot.Empty));

        Assert.Contains("\"flow\":\"A->B\"", progress.Json(), StringComparison.Ordinal);
        Assert.Contains("\"total\":{\"lanes\":0,", progress.Json(), StringComparison.Ordinal);
        Assert.Contains("\"lagRecords\":null", progress.Json(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_halted_lane_is_in_every_line_by_name()
    {
        var halted = Busy with
        {
            RunningLanes = 10,
            LagRecords = null,
            Paused = [Paused(3, TroubleSide.Source, "gone", null), Paused(4, TroubleSide.Target, "slow", DateTimeOffset.MaxValue)]
        };

        Assert.StartsWith("10 lanes, 1 HALTED, 1 PAUSED | lag unknown | ", ProgressText.Live(null, halted, null, 140),
            StringComparison.Ordinal);
        Assert.Contains(" paused=1 halted=1 halted_lanes=orders-3 ", ProgressText.Fields(halted, null), StringComparison.Ordinal);
        Assert.Contains(" halted=0 ", ProgressText.Fields(Busy, null), StringComparison.Ordinal);
    }

    [Fact]
    public void One_lane_is_not_lanes() =>
        Assert.StartsWith("1 lane | ", ProgressText.Live(null, Busy with { RunningLanes = 1 }, null, 80), StringComparison.Ordinal);

    [Fact]
    public void What_is_not_known_is_not_zero()
    {
        Assert.Equal("0 lanes | lag unknown | 0 records/s | 0 bytes/s | 0 records, 0 bytes",
            ProgressText.Live(null, MirrorSnapshot.Empty, null, 100));
        Assert.Contains("lag=unknown", ProgressText.Fields(MirrorSnapshot.Empty, null), StringComparison.Ordinal);
        Assert.Contains("| lag at least 7 |", ProgressText.Live(null, MirrorSnapshot.Empty with { LagAtLeast = 7 }, null, 100),
            StringComparison.Ordinal);
    }

    private static PausedLane Paused(int partition, TroubleSide side, string detail, DateTimeOffset? nextTry) =>
        new("orders", partition, new Trouble(TroubleKind.BatchRefused, side, detail) { NextTry = nextTry });
}
