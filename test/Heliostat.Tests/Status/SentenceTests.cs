using Heliostat.Commands;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;
using Heliostat.Pages;
using Heliostat.Status;
using Heliostat.Tests.Metrics;

namespace Heliostat.Tests.Status;

public sealed class SentenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void How_many_lanes_have_the_same_offsets_is_told()
    {
        var (equal, broken) = (new LaneEquality(0, null, null), new LaneEquality(0, 7, "somebody wrote"));
        var status = Of(Snapshots.Flow("A->B", FlowStatus.Running, Snapshots.Lane("orders", 0) with { Equality = equal },
            Snapshots.Lane("orders", 1) with { Equality = broken }, Snapshots.Lane("orders", 2)));

        Assert.Contains("same offsets: A->B: 1 lane; not equal: 1 lane\n", StatusText.Of(status, 120), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_filled_is_told_with_the_time_that_it_takes()
    {
        var filling = new LaneFilling(250, 1_000, TimeSpan.FromSeconds(40));
        var lane = Snapshots.Lane("orders", 0) with { Equality = new LaneEquality(0, null, null), Filling = filling };
        var status = Of(Snapshots.Flow("A->B", FlowStatus.Running, lane) with
        { Lanes = MirrorSnapshot.Empty with { Filling = filling } });
        var document = StatusOf.Lane("A->B", lane, Now);

        Assert.Contains($"same offsets: A->B: 1 lane; {filling}\n", StatusText.Of(status, 120), StringComparison.Ordinal);
        var history = new History(() => Snapshots.Of(), TimeProvider.System);
        Assert.Contains($"{filling}", $"{FrontPage.Of(status, history, [])}", StringComparison.Ordinal);
        Assert.Contains($"1 lane; {filling}", $"{FlowPage.Of(status.Flows[0], [], [], history, Now)}", StringComparison.Ordinal);
        Assert.Contains($"Offsets: equal since 0; {filling}.",
            $"{TopicPage.Of(StatusOf.Topics(Snapshots.Flow("A->B", FlowStatus.Running, lane), Now)[0], [document], Now)}",
            StringComparison.Ordinal);
        foreach (var width in (int[])[80, 140])
        {
            var frame = TopFrame.Of(status, [document], new TopView(), width, 24, isColored: false);
            Assert.Contains($"same offsets: A->B: 1 lane; {filling}", frame);
            Assert.Contains(frame, line => line.StartsWith("orders-0", StringComparison.Ordinal)
                && line.Contains("filling offsets: 25 %", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_does_not_get_on_begins_with_what_somebody_must_act_for_and_ends_with_what_goes_on()
    {
        var side = new Trouble(TroubleKind.TopicNotReady, TroubleSide.Target, "heartbeats cannot be created") { Since = Now };
        var flow = Snapshots.Flow("A->B", FlowStatus.Running, Stands("orders", 0, LaneState.Paused, "target: no leader", Now.AddMinutes(1)),
            Stands("orders", 1, LaneState.Failed, "source: truncated", null)) with
        { Troubles = [side] };
        var status = Of(flow, Snapshots.Flow("B->A", FlowStatus.Waiting) with
        { Troubles = [side with { Detail = "no positions", NextTry = Now.AddSeconds(9) }] });

        Assert.Equal(["failed", "paused", "waiting", "troubled"], status.Troubles.Select(trouble => trouble.State));
        var history = new History(() => Snapshots.Of(), TimeProvider.System);
        var page = $"{FlowPage.Of(status.Flows[0], [], StatusOf.Troubles([flow]), history, Now)}";
        Assert.Contains("<h1>A-&gt;B</h1><p class=\"cause\">source: truncated</p>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"cause\">target: no leader</p>", page, StringComparison.Ordinal);
        Assert.Contains("Since <time datetime=\"2026-01-02T03:04:05Z\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_flow_that_has_not_begun_nobody_knows_how_far_behind_it_is()
    {
        var status = Of(Snapshots.Flow("A->B", FlowStatus.Waiting), Snapshots.Flow("B->A", FlowStatus.Running));

        Assert.Equal([null, 0L], status.Flows.Select(flow => flow.LagRecords));
        Assert.Contains("title=\"not known\"", $"{FrontPage.Lag(status.Flows[0])}", StringComparison.Ordinal);
        Assert.Matches(@"A->B +waiting +none +\? +- ", StatusText.Of(status, 120));
        Assert.Contains(TopFrame.Of(status, [], new TopView(), 80, 24, isColored: false),
            line => line.StartsWith("A->B", StringComparison.Ordinal) && !line.Contains(">=", StringComparison.Ordinal));
    }

    [Fact]
    public void All_is_well()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, position: 5, end: 5)),
            Flow("B->A", Snapshots.Lane("x", 0, position: 2, end: 9)));

        Assert.Equal((Health.Live, "Both flows are live: 2 lanes, 7 records behind, most of x."), (status.Health, status.Sentence));
    }

    [Fact]
    public void A_lane_that_stands_still_is_told_with_cause_and_next_try()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0),
            Stands("orders", 1, LaneState.Paused, "target: records are too large", Now.AddMinutes(7))));

        Assert.Equal(Health.Degraded, status.Health);
        Assert.Equal("1 of 2 lanes of A->B stands still: target: records are too large. Next try 03:11:05Z.", status.Sentence);
        Assert.Equal(["orders-1"], Assert.Single(status.Troubles).Partitions);
        Assert.Equal(TroubleKind.BatchRefused.Code(), status.Troubles[0].Kind);
    }

    /// <summary>The command that helps stands below, where it can be copied: a headline of five lines is none.</summary>
    [Fact]
    public void The_sentence_has_the_cause_without_the_command_that_helps()
    {
        var status =
            Of(Flow("A->B", Stands("orders", 1, LaneState.Paused, "target: too large; what helps: kafka-configs.sh --alter", Now)));

        Assert.StartsWith("1 of 1 lane of A->B stands still: target: too large. Next try", status.Sentence, StringComparison.Ordinal);
        Assert.Contains("what helps", status.Troubles[0].Cause, StringComparison.Ordinal);
        Assert.Contains("running, in trouble", $"{FrontPage.Of(status, new History(() => Snapshots.Of(), TimeProvider.System), [])}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_must_act_for_comes_first_and_one_cause_is_one_trouble()
    {
        var status = Of(Flow(
            "A->B", Stands("a", 0, LaneState.Paused, "later", Now), Stands("a", 1, LaneState.Paused, "later", Now),
            Stands("b", 0, LaneState.Failed, "source: truncated", null)));

        Assert.Equal([("source: truncated", 1), ("later", 2)], status.Troubles.Select(trouble => (trouble.Cause, trouble.Lanes)));
        Assert.Equal("3 of 3 lanes of A->B stand still, 1 of them: source: truncated. Until somebody acts. 1 other trouble.", status.Sentence);
    }

    [Fact]
    public void Lanes_at_their_end_are_told()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, position: 5, end: 5) with { HasEnded = true },
            Snapshots.Lane("orders", 1, position: 5, end: 5)));

        Assert.Equal(1, status.Flows[0].Lanes.Ended);
        Assert.Contains("ended: A->B: 1 lane, as heliostat.until asks", StatusText.Of(status, 120), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lane_that_waits_for_its_delay_is_live_and_told()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, position: 5, end: 9) with { DelayedUntil = Now.AddMinutes(3) }));

        Assert.Equal((Health.Live, "A->B is live: 1 lane, 4 records behind, most of orders."), (status.Health, status.Sentence));
        Assert.Contains("delayed: A->B: 1 lane, the first until 2026-01-02 03:07:05Z", StatusText.Of(status, 120),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_comes_before_everything()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, position: 5, end: 5)) with
        {
            Losses = [new LossCount("orders", "gap", 1, 17), new LossCount("x", "duplicate", 1, 0)]
        });

        Assert.Equal(Health.Lost, status.Health);
        Assert.Equal("Lost since the start: 17 records of orders in A->B (gap). A->B is live: 1 lane, nothing is behind.", status.Sentence);
    }

    [Fact]
    public void Nothing_runs()
    {
        var status = Of(Snapshots.Flow("A->B", FlowStatus.Waiting) with
        {
            Troubles = [new Trouble(TroubleKind.Unreachable, TroubleSide.Us, "A: cannot reach 127.0.0.1:1: connection refused")]
        });

        Assert.Equal(Health.Down, status.Health);
        Assert.Equal("Nothing is mirrored: A->B waits: A: cannot reach 127.0.0.1:1: connection refused.", status.Sentence);
    }

    [Fact]
    public void A_flow_that_runs_and_does_not_get_on_with_something_is_not_well()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, position: 5, end: 5)) with
        {
            Troubles = [new Trouble(TroubleKind.Unreachable, TroubleSide.Us, "B: cannot reach it")]
        });

        Assert.Equal((Health.Degraded, "troubled"), (status.Health, Assert.Single(status.Troubles).State));
        Assert.Contains("running, in trouble", $"{FrontPage.Of(status, new History(() => Snapshots.Of(), TimeProvider.System), [])}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_by_an_operator_is_said_and_is_not_well()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, position: 1, end: 5) with { IsPaused = true }) with { IsPaused = true });

        Assert.Equal((Health.Degraded, "A->B is paused by an operator. 4 records behind, most of orders."),
            (status.Health, status.Sentence));
    }

    [Fact]
    public void A_flow_of_which_a_lane_is_paused_by_an_operator_is_not_shown_as_if_all_were_well()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, position: 5, end: 5) with { IsPaused = true }));

        Assert.Equal(("running, partly paused", "warn"), (Words.Flow(status.Flows[0]), Words.Class(Words.Flow(status.Flows[0]))));
    }

    [Fact]
    public void A_lag_that_is_not_known_is_not_none()
    {
        var status = Of(Flow("A->B", Snapshots.Lane("orders", 0, end: null)));

        Assert.Equal("A->B is live: 1 lane, the lag of 1 lane is not known yet.", status.Sentence);
        Assert.Null(status.Flows[0].LagRecords);
    }

    [Fact]
    public void The_first_page_is_small_for_a_large_mirror()
    {
        var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(StatusOf.Engine(Snapshots.Large, Now, Now),
            StatusJson.Plain.StatusDocument);

        Assert.InRange(json.Length, 100, 50_000);
    }

    private static StatusDocument Of(params FlowSnapshot[] flows) => StatusOf.Engine(Snapshots.Of(flows), Now, Now);

    private static FlowSnapshot Flow(string name, params LaneProgress[] lanes) => Snapshots.Flow(name, FlowStatus.Running, lanes);

    private static LaneProgress Stands(string topic, int partition, LaneState state, string cause, DateTimeOffset? retryAt) =>
        Snapshots.Lane(topic, partition, state) with
        {
            Paused = new PausedLane(topic, partition, new Trouble(TroubleKind.BatchRefused, TroubleSide.Us, cause) { NextTry = retryAt })
        };
}
