using Heliostat.Mirroring.Lanes;

namespace Heliostat.Mirroring.Tests.Lanes;

public sealed class RetentionForecastTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly RetentionMark First = new(Now.AddMinutes(-10), LogStart: 0, Position: 10_000);

    [Fact]
    public void By_time_a_record_goes_when_it_is_as_old_as_records_get() =>
        Assert.Equal(Now.AddHours(1), RetentionForecast.Of(First with { At = Now }, First, Now.AddHours(-6), TimeSpan.FromHours(7)));

    [Fact]
    public void By_size_it_goes_when_the_log_start_has_come_as_far() =>
        Assert.Equal(Now.AddMinutes(40),
            RetentionForecast.Of(new RetentionMark(Now, 2_000, 10_000), First, Now.AddHours(-1), retention: null));

    [Fact]
    public void A_lane_that_is_faster_than_the_log_start_loses_nothing() =>
        Assert.Null(RetentionForecast.Of(new RetentionMark(Now, 2_000, 13_000), First, Now.AddHours(-1), retention: null));

    [Fact]
    public void The_earlier_of_both_counts() =>
        Assert.Equal(Now.AddMinutes(40),
            RetentionForecast.Of(new RetentionMark(Now, 2_000, 10_000), First, Now.AddHours(-1), TimeSpan.FromHours(9)));

    [Fact]
    public void What_is_gone_goes_now() =>
        Assert.Equal(Now, RetentionForecast.Of(new RetentionMark(Now, 12_000, 10_000), First, Now.AddHours(-1), TimeSpan.FromHours(9)));
}
