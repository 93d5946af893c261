using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Tests.Pump;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Lanes;

public sealed class ThrottleLoopTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Throttles _throttles = new();
    private readonly Suspensions _suspended = new();

    [Fact]
    public async Task What_was_taken_beyond_the_rate_is_made_good_before_the_lane_goes_on()
    {
        await using var bench = new LaneBench(time: _time);
        var loop = new ThrottleLoop(() => [bench.Lane], _throttles, _suspended, _time);
        _throttles.Set(null, 1000);
        loop.Look();
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        var seconds = bench.Lane.Counters.Bytes / 1000.0;

        Assert.True(Advance(loop, bench, TimeSpan.Zero));
        Assert.True(Advance(loop, bench, TimeSpan.FromSeconds(seconds * 0.9)));
        Assert.False(Advance(loop, bench, TimeSpan.FromSeconds(seconds * 0.2)));
    }

    [Fact]
    public async Task It_goes_on_when_nothing_is_throttled_any_more()
    {
        await using var bench = new LaneBench(time: _time);
        var loop = new ThrottleLoop(() => [bench.Lane], _throttles, _suspended, _time);
        _throttles.Set(bench.Lane.Plan.Source.Topic, 1);
        loop.Look();
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        Assert.True(Advance(loop, bench, TimeSpan.Zero));

        _throttles.Set(bench.Lane.Plan.Source.Topic, null);

        Assert.False(Advance(loop, bench, TimeSpan.Zero));
    }

    [Fact]
    public async Task Another_topic_is_not_touched_and_a_paused_lane_stays_paused()
    {
        await using var bench = new LaneBench(time: _time);
        var loop = new ThrottleLoop(() => [bench.Lane], _throttles, _suspended, _time);
        _throttles.Set("another", 1);
        loop.Look();
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        Assert.False(Advance(loop, bench, TimeSpan.Zero));

        _throttles.Set(null, 1);
        bench.Fetch(LaneBench.Batch(10, 10));
        bench.AcknowledgeAll();
        Assert.True(Advance(loop, bench, TimeSpan.Zero));
        _suspended.All = true;
        _throttles.Set(null, null);
        Assert.True(Advance(loop, bench, TimeSpan.Zero));
    }

    [Fact]
    public async Task What_stands_still_for_a_trouble_is_not_tried_sooner()
    {
        await using var bench = new LaneBench(time: _time);
        var loop = new ThrottleLoop(() => [bench.Lane], _throttles, _suspended, _time);
        _throttles.Set(null, 1);
        loop.Look();
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        bench.Fetch(LaneBench.Batch(10, 10));
        bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.TopicAuthorizationFailed);
        var retry = bench.Lane.Snapshot().StandsFor!.NextTry;
        Assert.True(Advance(loop, bench, TimeSpan.Zero));

        _throttles.Set(null, null);
        Assert.False(Advance(loop, bench, TimeSpan.FromMilliseconds(20)));

        Assert.Equal(retry, bench.Lane.Snapshot().StandsFor!.NextTry);
    }

    private bool Advance(ThrottleLoop loop, LaneBench bench, TimeSpan by)
    {
        _time.Advance(by);
        loop.Look();
        return bench.Lane.Snapshot().IsSuspended;
    }
}
