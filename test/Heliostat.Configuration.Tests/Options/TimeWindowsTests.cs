using System.Globalization;
using Heliostat.Configuration.Options;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Options;

public sealed class TimeWindowsTests
{
    [Theory]
    [InlineData("22:00-06:00", "2026-12-01T21:59:59Z", "2026-12-01T22:00:00Z")]
    [InlineData("22:00-06:00", "2026-12-01T05:59:59Z", "2026-12-01T05:59:59Z")]
    [InlineData("22:00-06:00", "2026-12-01T06:00:00Z", "2026-12-01T22:00:00Z")]
    [InlineData("00:00-24:00", "2026-12-01T23:59:59Z", "2026-12-01T23:59:59Z")]
    [InlineData("mon-fri 22:00-06:00", "2026-12-05T03:00:00Z", "2026-12-05T03:00:00Z")]
    [InlineData("mon-fri 22:00-06:00", "2026-12-05T07:00:00Z", "2026-12-07T22:00:00Z")]
    [InlineData("Sat-Mon 10:00-11:00", "2026-12-08T00:00:00Z", "2026-12-12T10:00:00Z")]
    [InlineData("sun 10:00-10:00", "2026-12-07T09:59:00Z", "2026-12-07T09:59:00Z")]
    [InlineData("12:00-13:00, 15:00-16:00", "2026-12-01T13:00:00Z", "2026-12-01T15:00:00Z")]
    [InlineData("22:00-23:00 Europe/Berlin", "2026-12-01T12:00:00Z", "2026-12-01T21:00:00Z")]
    [InlineData("22:00-23:00 Europe/Berlin", "2026-07-01T12:00:00Z", "2026-07-01T20:00:00Z")]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-30T00:15:00Z")]
    public void It_opens_by_the_clock_of_its_zone(string written, string from, string opens)
    {
        var windows = Window(written)!;

        Assert.Equal(Time(opens), windows.OpensAt(Time(from)));
        Assert.Equal(opens == from, windows.IsOpen(Time(from)));
        Assert.Equal($"{windows}", $"{Window($"{windows}")}");
    }

    [Theory]
    [InlineData("mon-fri 22:00-06:00")]
    [InlineData("sun 01:45-03:15 Europe/Berlin")]
    [InlineData("02:15-02:45 Europe/Berlin, sat 12:00-13:00")]
    [InlineData("sun 02:00-02:30 America/New_York, 23:00-01:00 Australia/Lord_Howe")]
    public void It_opens_at_the_first_minute_that_is_open(string written)
    {
        var windows = Window(written)!;
        string[] times = ["2026-03-06T23:47:12Z", "2026-03-28T12:00:00Z", "2026-10-03T12:00:00Z", "2026-10-24T17:01:00Z",
            "2026-10-31T23:00:00Z"];
        foreach (var from in times)
        {
            var at = Time(from);
            while (!windows.IsOpen(at))
            {
                at = DateTimeOffset.FromUnixTimeSeconds(((at.ToUnixTimeSeconds() / 60) + 1) * 60);
            }

            Assert.Equal(at, windows.OpensAt(Time(from)));
        }
    }

    [Theory]
    [InlineData("22:00")]
    [InlineData("22-06")]
    [InlineData("25:00-26:00")]
    [InlineData("mon")]
    [InlineData("someday 10:00-11:00")]
    [InlineData("mon-tue-wed 10:00-11:00")]
    [InlineData("10:00-11:00 Nowhere/City")]
    [InlineData("10:00-11:00 UTC UTC")]
    public void What_is_no_window_is_refused_with_its_line(string written) => Assert.StartsWith(
        $"5: A->B.heliostat.window: '{written}' has ",
        Assert.Single(Configurations.GoodWith($"A->B.heliostat.window = {written}").Errors.Lines()), StringComparison.Ordinal);

    [Fact]
    public void Without_one_it_is_any_time() => Assert.Null(Window(""));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static TimeWindows? Window(string written) =>
        Configurations.GoodWith($"A->B.heliostat.window = {written}").ToFile().Flows[0].Window;
}
