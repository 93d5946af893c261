using System.Buffers;
using System.Globalization;
using Heliostat.Metrics;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Tests.Metrics;

public sealed class LanesPageTests
{
    private const string ThreadTimes = "/proc/thread-self/schedstat";

    [Fact]
    public void Each_lane_has_its_state_lag_position_and_totals()
    {
        var engine = Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Running, Snapshots.Lane("orders", 3, LaneState.Paused, position: 5,
            end: 7, records: 30) with
        { BehindSince = Snapshots.At.AddMinutes(-1) }));

        var samples = PageText.OfLanes(engine, LaneChoice.All).Split('\n').Where(line => line.Length > 0 && line[0] != '#');

        const string Labels = "flow=\"A->B\",topic=\"orders\",partition=\"3\"";
        Assert.Equal(
            [
                $"heliostat_lane_state{{{Labels},state=\"paused\"}} 1", $"heliostat_lane_lag_records{{{Labels}}} 2",
                $"heliostat_lane_lag_seconds{{{Labels}}} 60", $"heliostat_lane_position{{{Labels}}} 5",
                $"heliostat_lane_records_total{{{Labels}}} 30", $"heliostat_lane_bytes_total{{{Labels}}} 3000",
            ],
            samples);
    }

    [Fact]
    public void Whether_offsets_are_the_same_and_what_is_filled_is_told_of_lanes_that_were_to_keep_them()
    {
        var (equal, broken) = (new LaneEquality(3, null, null), new LaneEquality(0, 7, "somebody wrote"));
        var engine = Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Running, Snapshots.Lane("orders", 0) with
        { Equality = equal, Filling = new LaneFilling(1, 4, TimeSpan.FromSeconds(9.5)) },
            Snapshots.Lane("orders", 1) with { Equality = broken }, Snapshots.Lane("orders", 2)));

        var samples = PageText.OfLanes(engine, LaneChoice.All)
            .Split('\n').Where(line => line.StartsWith("heliostat_lane_", StringComparison.Ordinal)
                && (line.Contains("equal", StringComparison.Ordinal) || line.Contains("filling", StringComparison.Ordinal)))
            .Select(line => line["heliostat_lane_".Length..]
                .Replace("flow=\"A->B\",topic=\"orders\",partition=", "", StringComparison.Ordinal));

        Assert.Equal(
            [
                "equal_offsets{\"0\"} 1", "equal_offsets{\"1\"} 0", "equal_since_offset{\"0\"} 3", "equal_since_offset{\"1\"} 0",
                "unequal_since_offset{\"1\"} 7", "filling_offsets{\"0\"} 4", "filling_done_offsets{\"0\"} 1",
                "filling_left_seconds{\"0\"} 9",
            ],
            samples);
    }

    [Theory]
    [InlineData("A->B", null, null, null, "orders-0 orders-1 pay\"s-0")]
    [InlineData(null, "orders,x", null, null, "orders-0 orders-1 x-0")]
    [InlineData(null, null, "failed,stopped", null, "orders-1 x-0")]
    [InlineData(null, null, null, 2, "orders-1 x-0")]
    [InlineData("A->B", null, "live", 5, "orders-0")]
    public void Lanes_are_chosen_by_flow_topic_state_and_by_how_bad_they_are(string? flow, string? topics, string? states, int? top,
        string lanes)
    {
        var choice = new LaneChoice(Words(flow), Words(topics), Words(states), top);

        Assert.Equal(lanes,
            string.Join(' ', choice.Of(Snapshots.Everything).Select(entry => $"{entry.Lane.Topic}-{entry.Lane.Partition}")));
    }

    [Fact]
    public void Every_metric_of_the_page_is_declared_and_written()
    {
        var page = PageText.OfLanes(Snapshots.Everything, LaneChoice.All);

        Assert.Equal(
            MirrorMetrics.OnLanes.Select(metric => metric.Name),
            page.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]));
    }

    [Fact]
    public void Ten_thousand_lanes_take_less_than_a_tenth_of_a_second_and_no_string_each()
    {
        var (page, main, output) = (new LanesPage(new Labels()), new MainPage(new Labels()), new ArrayBufferWriter<byte>(8 * 1024 * 1024));
        var (best, bytes) = (TimeSpan.MaxValue, 0L);
        for (var round = 0; round < 10; round++)
        {
            output.ResetWrittenCount();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var began = ThreadTime();
            page.Write(new ExpositionWriter(output, Exposition.Text), Snapshots.Large, LaneChoice.All);
            main.Write(new ExpositionWriter(output, Exposition.Text), Snapshots.Large, new ProcessUse());
            var took = ThreadTime() - began;
            (best, bytes) = (took < best ? took : best, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(output.WrittenCount, 1, 6_000_000);
        // The clock of a thread may move at ticks of the kernel only: 0 is less than one.
        Assert.InRange(best.TotalMilliseconds, 0, 100);

        // Lists of references, and little else: a string for each lane would be some 80 bytes each.
        Assert.InRange(bytes, 0, 10_000 * 40);
    }

    /// <summary>
    /// How long this thread has run: a busy machine makes no page slower. Elsewhere than on Linux, the time of the clock.
    /// </summary>
    private static TimeSpan ThreadTime() => File.Exists(ThreadTimes)
        ? TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText(ThreadTimes).Split(' ')[0], CultureInfo.InvariantCulture) / 1000)
        : TimeProvider.System.GetElapsedTime(0);

    private static string[] Words(string? list) => list?.Split(',') ?? [];
}
