using Heliostat.Metrics;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Tests.Metrics;

public sealed class MainPageTests
{
    private static readonly string Page = PageText.OfMain(Snapshots.Everything);

    [Fact]
    public void Lag_is_there_of_lanes_that_stand_still_and_of_flows_that_do_not_run() => Assert.Equal(
        ["heliostat_lag_records{flow=\"A->B\",topic=\"orders\"} 12", "heliostat_lag_records{flow=\"B->A\",topic=\"x\"} 3"],
        PageText.Samples(Page, MirrorMetrics.LagRecords));

    [Fact]
    public void Lag_in_bytes_is_an_estimate_from_what_was_mirrored() =>
        Assert.Equal(["heliostat_lag_bytes{flow=\"A->B\",topic=\"orders\"} 1200"], PageText.Samples(Page, MirrorMetrics.LagBytes));

    [Fact]
    public void Lag_in_seconds_is_the_age_of_the_oldest_record_of_the_worst_lane() =>
        Assert.Equal(["heliostat_lag_seconds{flow=\"A->B\",topic=\"orders\"} 12.5"], PageText.Samples(Page, MirrorMetrics.LagSeconds));

    [Fact]
    public void A_level_lane_is_no_second_late() => Assert.Equal(
        ["heliostat_lag_seconds{flow=\"A->B\",topic=\"orders\"} 0"],
        PageText.Samples(PageText.OfMain(Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Running,
            Snapshots.Lane("orders", 0, position: 5, end: 5)))), MirrorMetrics.LagSeconds));

    [Fact]
    public void What_the_source_will_delete_is_foretold() =>
        Assert.Equal(["heliostat_retention_margin_seconds{flow=\"A->B\",topic=\"orders\"} 7200"],
            PageText.Samples(Page, MirrorMetrics.RetentionMargin));

    [Fact]
    public void Latencies_are_histograms()
    {
        string[] lines = [.. Page.Split('\n').Where(line => line.StartsWith("heliostat_ack_latency_seconds", StringComparison.Ordinal)
            && line.Contains("A->B", StringComparison.Ordinal))];

        Assert.Equal(20, lines.Length);
        Assert.Equal("heliostat_ack_latency_seconds_bucket{flow=\"A->B\",le=\"0.0025\"} 1", lines[1]);
        Assert.Equal("heliostat_ack_latency_seconds_bucket{flow=\"A->B\",le=\"0.005\"} 3", lines[2]);
        Assert.Equal("heliostat_ack_latency_seconds_bucket{flow=\"A->B\",le=\"+Inf\"} 3", lines[17]);
        Assert.Equal("heliostat_ack_latency_seconds_sum{flow=\"A->B\"} 0.011", lines[18]);
        Assert.Equal("heliostat_ack_latency_seconds_count{flow=\"A->B\"} 3", lines[19]);
    }

    [Fact]
    public void Lanes_without_a_known_lag_are_counted() => Assert.Equal(
        ["heliostat_lanes_lag_unknown{flow=\"A->B\"} 1", "heliostat_lanes_lag_unknown{flow=\"B->A\"} 0"],
        PageText.Samples(Page, MirrorMetrics.LagUnknown));

    [Fact]
    public void Each_state_has_its_number_of_lanes() => Assert.Equal(
        [
            "heliostat_lanes{flow=\"A->B\",state=\"live\"} 1", "heliostat_lanes{flow=\"A->B\",state=\"waiting\"} 1",
            "heliostat_lanes{flow=\"A->B\",state=\"paused\"} 0", "heliostat_lanes{flow=\"A->B\",state=\"failed\"} 1",
            "heliostat_lanes{flow=\"A->B\",state=\"stopped\"} 0",
        ],
        PageText.Samples(Page, MirrorMetrics.Lanes).Where(line => line.Contains("A->B", StringComparison.Ordinal)));

    [Fact]
    public void Totals_are_by_topic_and_names_are_escaped() => Assert.Equal(
        ["heliostat_records_total{flow=\"A->B\",topic=\"orders\"} 80", "heliostat_records_total{flow=\"A->B\",topic=\"pay\\\"s\"} 0",
            "heliostat_records_total{flow=\"B->A\",topic=\"x\"} 0"],
        PageText.Samples(Page, MirrorMetrics.Records));

    [Fact]
    public void Losses_are_by_kind_and_gaps_by_what_they_took()
    {
        Assert.Equal(
            ["heliostat_losses_total{flow=\"A->B\",topic=\"orders\",kind=\"gap\"} 2",
                "heliostat_losses_total{flow=\"A->B\",topic=\"orders\",kind=\"truncated\"} 1"],
            PageText.Samples(Page, MirrorMetrics.Losses));
        Assert.Equal(["heliostat_gap_records_total{flow=\"A->B\",topic=\"orders\"} 17"], PageText.Samples(Page, MirrorMetrics.GapRecords));
    }

    [Fact]
    public void Positions_that_were_never_stored_have_no_time() =>
        Assert.Equal(["heliostat_positions_stored_timestamp_seconds{flow=\"A->B\"} 1700000000.5"],
            PageText.Samples(Page, MirrorMetrics.PositionsStored));

    [Fact]
    public void Every_metric_of_the_page_is_declared_and_written()
    {
        string[] written = [.. Page.Split('\n')
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];

        Assert.Equal(MirrorMetrics.OnMain.Select(metric => metric.Name).Order(StringComparer.Ordinal),
            written.Order(StringComparer.Ordinal));
    }

    [PromtoolTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Promtool_has_nothing_to_say(bool isLanes)
    {
        var page = isLanes ? PageText.OfLanes(Snapshots.Everything, LaneChoice.All) : Page;

        var (exitCode, said) = await Promtool.RunAsync(["check", "metrics"], page);

        Assert.Equal("", said);
        Assert.Equal(0, exitCode);
    }
}
