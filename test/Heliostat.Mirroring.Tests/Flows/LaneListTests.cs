using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tests.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Tests.Flows;

public sealed class LaneListTests
{
    private static readonly TopicPartition First = new("orders", 0);
    private static readonly TopicPartition Second = new("orders", 1);
    private readonly LaneBook _book = new();
    private readonly LaneTable _table = new();

    [Fact]
    public void A_halted_lane_lags_as_it_was_last_seen()
    {
        var term = _table.Own(First);
        _book.Of(First).Add(records: 3, bytes: 70);
        _book.Of(First).LastSeen = new LaneLastSeen("A.orders", 5, 12);
        _table.Halt(First, term, new Trouble(TroubleKind.Halted, TroubleSide.Source, "its log was truncated"));

        var lane = Assert.Single(Listed());

        Assert.Equal((LaneState.Failed, "A.orders", 7, 3, 70, 1),
            (lane.State, lane.TargetTopic, lane.Lag, lane.Records, lane.Bytes, lane.Batches));
        Assert.Equal(("source: its log was truncated", "A"), (lane.Paused?.Cause, lane.Trouble?.Cluster));
    }

    [Fact]
    public void What_cannot_be_opened_yet_waits_or_is_paused_and_its_lag_is_not_known()
    {
        _table.Own(Second);
        _table.Own(First);
        _table.CannotOpen(Second,
            new Trouble(TroubleKind.TopicNotReady, TroubleSide.Target, "no leader") { NextTry = DateTimeOffset.UnixEpoch });

        Assert.Equal([(0, LaneState.Waiting, null), (1, LaneState.Paused, null)],
            Listed().Select(lane => (lane.Partition, lane.State, lane.Lag)));
    }

    [Fact]
    public void Lanes_of_a_flow_that_does_not_run_are_those_it_had()
    {
        _book.Of(First).LastSeen = new LaneLastSeen("A.orders", 5, 12);
        _book.Of(Second).Add(records: 1, bytes: 10);

        var list = new LaneList(_book, names: new FlowName("A", "B"), new Suspensions(), DateTimeOffset.UnixEpoch);
        list.AddLeft(LaneState.Stopped);

        var lane = Assert.Single(list.Sorted());
        Assert.Equal((First.Partition, LaneState.Stopped, 7), (lane.Partition, lane.State, lane.Lag));
    }

    [Fact]
    public async Task Lanes_that_are_open_and_those_that_are_not_are_in_one_order()
    {
        await using var bench = new LaneBench();
        var open = bench.Lane.Plan.Source;
        _table.TryInstall(bench.Lane, _table.Own(open));
        _table.Own(open with { Partition = open.Partition + 1 });
        _table.Own(open with { Topic = "" });

        var list = new LaneList(_book, names: new FlowName("A", "B"), new Suspensions(), DateTimeOffset.UnixEpoch);
        list.Add(bench.Lane, bench.Lane.Snapshot());
        list.AddClosed(_table, _table.Now());

        Assert.Equal([("", LaneState.Waiting), (open.Topic, LaneState.Live), (open.Topic, LaneState.Waiting)],
            list.Sorted().Select(lane => (lane.Topic, lane.State)));
    }

    [Fact]
    public async Task Open_lanes_are_put_in_order_once_and_a_lane_of_two_tables_counts_once()
    {
        await using var bench = new LaneBench();
        var (order, other, open) = (new LanesInOrder(), new LaneTable(), bench.Lane.Plan.Source);
        Assert.Empty(order.Of([_table.Now(), other.Now()]));
        _table.TryInstall(bench.Lane, _table.Own(open));
        other.TryInstall(bench.Lane, other.Own(open));

        var lanes = order.Of([_table.Now(), other.Now()]);

        Assert.Equal([bench.Lane], lanes);
        Assert.Same(lanes, order.Of([_table.Now(), other.Now()]));
        _table.Disown([open]);
        Assert.NotSame(lanes, order.Of([_table.Now(), other.Now()]));
    }

    private IReadOnlyList<LaneProgress> Listed()
    {
        var list = new LaneList(_book, names: new FlowName("A", "B"), new Suspensions(), DateTimeOffset.UnixEpoch);
        list.AddClosed(_table, _table.Now());
        return list.Sorted();
    }
}
