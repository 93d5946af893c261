using Heliostat.Mirroring.Flows;
using Heliostat.Status;
using Heliostat.Testing;
using Heliostat.Tests.Metrics;

namespace Heliostat.Tests.Status;

public sealed class SharedLookTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<bool> _looked = [];
    private readonly SharedLook _look;

    public SharedLookTests() => _look = new SharedLook(
        withLanes =>
        {
            _looked.Add(withLanes);
            return Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Running, withLanes ? [Snapshots.Lane("orders", 0)] : []));
        },
        _time);

    [Fact]
    public void Who_asks_within_a_second_sees_the_same_look_and_later_a_new_one()
    {
        var first = _look.Now(withLanes: true);
        _time.Advance(SharedLook.Moment - TimeSpan.FromMilliseconds(1));

        Assert.Same(first, _look.Now(withLanes: true));
        Assert.Same(first, _look.Now(withLanes: false));

        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.NotSame(first, _look.Now(withLanes: true));
        Assert.Equal([true, true], _looked);
    }

    [Fact]
    public void A_look_without_lanes_is_none_for_who_wants_them()
    {
        var without = _look.Now(withLanes: false);

        Assert.Same(without, _look.Now(withLanes: false));
        Assert.NotEmpty(_look.Now(withLanes: true).Flows[0].ByLane);
        Assert.Equal([false, true], _looked);
    }

    [Fact]
    public void What_was_changed_is_seen_at_once()
    {
        var before = _look.Now(withLanes: true);

        _look.Forget();

        Assert.NotSame(before, _look.Now(withLanes: true));
    }

    [Fact]
    public void The_document_of_a_look_is_made_once()
    {
        var status = new SharedStatus(() => _look.Now(withLanes: true), _time.GetUtcNow());
        var first = status.Now();

        Assert.Same(first, status.Now());

        _look.Forget();
        Assert.NotSame(first, status.Now());
    }
}
