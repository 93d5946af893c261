using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class EndMarksTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly EndMarks _marks = new();

    [Fact]
    public void Nothing_waits_at_the_end()
    {
        _marks.See(10, position: 10, now: 0);

        Assert.Null(_marks.Since(10, 10, 100 * Second, out _));
    }

    [Fact]
    public void What_came_after_a_long_silence_waits_since_then()
    {
        for (var second = 0; second <= 3600; second++)
        {
            _marks.See(10, 10, second * Second);
        }

        _marks.See(20, 10, (3600 * Second) + 1);

        Assert.Equal(3600 * Second, _marks.Since(10, 20, (3700 * Second) + 1, out var isExact));
        Assert.True(isExact);
    }

    [Fact]
    public void What_comes_evenly_is_dated_to_the_second_however_long_nothing_is_mirrored()
    {
        _marks.See(0, 0, 0);
        for (var second = 5; second <= 6000; second += 5)
        {
            _marks.See(second * 100, 0, second * Second);
        }

        foreach (var position in (long[])[0, 1, 777, 100_000, 599_999])
        {
            var since = _marks.Since(position, 600_000, 6000 * Second, out _)!.Value;
            Assert.InRange(since / (double)Second, (position / 100.0) - 1, (position / 100.0) + 1);
        }
    }

    [Fact]
    public void What_was_there_at_the_first_look_is_at_least_as_old()
    {
        _marks.See(500, position: 100, now: 7 * Second);

        Assert.Equal(7 * Second, _marks.Since(100, 500, 60 * Second, out var isExact));
        Assert.False(isExact);
    }

    [Fact]
    public void A_log_that_is_shorter_is_looked_at_anew()
    {
        _marks.See(500, 100, 0);
        _marks.See(50, 10, 9 * Second);

        Assert.Equal(9 * Second, _marks.Since(10, 50, 10 * Second, out _));
    }

    [Fact]
    public void A_lane_in_the_middle_of_traffic_is_dated_by_when_the_end_passed_it()
    {
        // A hundred a second, mirrored half a second later, looked at ten times a second, for an hour.
        for (var tenth = 0L; tenth < 36_000; tenth++)
        {
            _marks.See(tenth * 10, Math.Max(0, (tenth - 5) * 10), tenth * Second / 10);
        }

        var since = _marks.Since((35_999 - 5) * 10, 359_990, 3600 * Second, out _)!.Value;
        Assert.InRange(since / (double)Second, 3597.9, 3600);
    }
}
