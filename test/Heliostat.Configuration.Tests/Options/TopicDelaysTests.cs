using Heliostat.Configuration.Options;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Options;

public sealed class TopicDelaysTests
{
    [Theory]
    [InlineData("0", "orders", 0)]
    [InlineData("90s", "orders", 90)]
    [InlineData("1h", "orders", 3600)]
    [InlineData("1.5h", "orders", 5400)]
    [InlineData("7d", "orders", 604_800)]
    [InlineData("audit.*:0, .*:30m", "orders", 1800)]
    [InlineData("audit.*:0, .*:30m", "audit.log", 0)]
    [InlineData("audit.*:1h", "orders", 0)]
    public void The_first_rule_that_matches_decides(string written, string topic, double seconds)
    {
        var delays = Read($"A->B.heliostat.delay = {written}");

        Assert.Equal(seconds, delays.Of(topic).TotalSeconds);
        Assert.Equal(seconds, Read($"A->B.heliostat.delay = {delays}").Of(topic).TotalSeconds);
    }

    [Fact]
    public void It_may_be_asked_for_of_all_flows_and_otherwise_of_one()
    {
        Assert.Equal(TimeSpan.FromHours(1), Read("heliostat.delay = 1h").Of("t"));
        Assert.Equal(TimeSpan.Zero, Read("heliostat.delay = 1h\nA->B.heliostat.delay = 0").Of("t"));
        Assert.Equal(TimeSpan.Zero, Read("").Of("t"));
    }

    [Theory]
    [InlineData("60")]
    [InlineData("1w")]
    [InlineData("-1h")]
    [InlineData("9999d")]
    [InlineData("orders:")]
    [InlineData("h")]
    public void What_is_no_time_is_refused_with_its_line(string written) => Assert.StartsWith(
        $"5: A->B.heliostat.delay: '{written}' has '",
        Assert.Single(Configurations.GoodWith($"A->B.heliostat.delay = {written}").Errors.Lines()), StringComparison.Ordinal);

    private static TopicDelays Read(string written) => Configurations.GoodWith(written).ToFile().Flows[0].Delays;
}
