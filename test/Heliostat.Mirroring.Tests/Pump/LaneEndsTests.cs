using Heliostat.Client.Fetching;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class LaneEndsTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task What_waits_behind_an_open_transaction_is_lag()
    {
        await using var bench = new LaneBench(time: _time);

        bench.FetchNothing(highWatermark: 8000, lastStable: 0);

        Assert.Equal(8000, bench.Lane.Snapshot().Lag);
    }

    [Fact]
    public async Task A_lane_that_waits_for_a_transaction_says_whose_until_it_goes_on()
    {
        await using var bench = new LaneBench(time: _time);
        bench.FetchNothing(highWatermark: 8000, lastStable: 0);
        Assert.Null(bench.Lane.Snapshot().HeldAt);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, bench.Lane.Snapshot().HeldAt);
        bench.Lane.Hold(0, "waits for 'payments'");
        Assert.Equal("waits for 'payments'", bench.Lane.Snapshot().StandsFor?.Sentence);
        Assert.Null(bench.Lane.Snapshot().Pause);

        bench.FetchNothing(highWatermark: 8000, lastStable: 8000);

        Assert.Null(bench.Lane.Snapshot().StandsFor);
    }

    [Fact]
    public async Task A_lane_that_stands_still_lags_behind_the_end_that_is_asked_for()
    {
        await using var bench = new LaneBench(time: _time);
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        bench.Lane.Failed(bench.Cursor, new FetchFailure(FetchFailureKind.Corrupt, ErrorCode.CorruptMessage));

        bench.Lane.Told(1_009_500);

        Assert.Equal(1_009_490, bench.Lane.Snapshot().Lag);
    }

    [Fact]
    public async Task Nobody_knows_what_a_lane_lags_in_a_log_that_ends_before_its_position()
    {
        await using var bench = new LaneBench(start: 500, time: _time);
        bench.Lane.Failed(bench.Cursor, new FetchFailure(FetchFailureKind.OffsetOutOfRange, ErrorCode.OffsetOutOfRange) { EndOffset = 30 });

        bench.Lane.Told(30);

        Assert.Null(bench.Lane.Snapshot().Lag);
    }

    [Fact]
    public async Task An_end_that_nobody_heard_of_for_long_is_not_known_any_more()
    {
        await using var bench = new LaneBench(time: _time);
        bench.FetchNothing(highWatermark: 10, lastStable: 10);
        Assert.Equal(10, bench.Lane.Snapshot().Lag);

        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Null(bench.Lane.Snapshot().Lag);
    }

    [Fact]
    public async Task A_lane_that_stands_still_says_since_when_the_source_has_more()
    {
        await using var bench = new LaneBench(time: _time);
        bench.FetchNothing(highWatermark: 0, lastStable: 0);
        Assert.Null(bench.Lane.Snapshot().BehindSince);
        bench.Lane.Failed(bench.Cursor, new FetchFailure(FetchFailureKind.Corrupt, ErrorCode.CorruptMessage));
        var stopped = _time.GetUtcNow();
        for (var seconds = 5; seconds <= 60; seconds += 5)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            bench.Lane.Told(seconds * 100);

            var behind = _time.GetUtcNow() - bench.Lane.Snapshot().BehindSince!.Value;
            Assert.InRange(behind.TotalSeconds, seconds - 2, seconds + 2);
        }

        _time.Advance(TimeSpan.FromHours(1));
        Assert.InRange((bench.Lane.Snapshot().BehindSince!.Value - stopped).TotalSeconds, 0, 2);
    }
}
