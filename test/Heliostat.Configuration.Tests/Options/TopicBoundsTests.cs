using Heliostat.Configuration.Options;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Options;

public sealed class TopicBoundsTests
{
    [Theory]
    [InlineData("offset:7", "orders", "offset:7")]
    [InlineData("2026-11-01T00:00:00Z", "orders", "2026-11-01T00:00:00Z")]
    [InlineData("2026-11-01T01:30:00.250+01:30", "orders", "2026-11-01T00:00:00.25Z")]
    [InlineData("1700000000123", "orders", "2023-11-14T22:13:20.123Z")]
    [InlineData("1970-01-01T00:00:00Z", "orders", "1970-01-01T00:00:00Z")]
    [InlineData("end", "orders", "end")]
    [InlineData("orders:2026-11-01T00:00:00Z, offset:7", "orders", "2026-11-01T00:00:00Z")]
    [InlineData("orders:2026-11-01T00:00:00Z, offset:7", "other", "offset:7")]
    [InlineData("(?:a|b):offset:5", "b", "offset:5")]
    [InlineData("(?:a|b):end", "c", null)]
    [InlineData("", "orders", null)]
    public void The_first_rule_that_matches_decides(string written, string topic, string? place)
    {
        var until = Flow($"A->B.heliostat.until = {written}").Until;

        Assert.Equal(place, until.Of(topic)?.ToString());
        Assert.Equal(place, Flow($"A->B.heliostat.until = {until}").Until.Of(topic)?.ToString());
    }

    [Theory]
    [InlineData("from", "end")]
    [InlineData("from", "offset:-1")]
    [InlineData("from", "offset:x")]
    [InlineData("from", "12:30")]
    [InlineData("until", "latest")]
    [InlineData("until", "orders:")]
    [InlineData("until", "-5")]
    [InlineData("until", "1969-12-31T00:00:00Z")]
    [InlineData("until", "99999999999999999")]
    public void What_is_no_place_is_refused_with_its_line(string setting, string written) => Assert.StartsWith(
        $"5: A->B.heliostat.{setting}: '{written}' has '",
        Assert.Single(Configurations.GoodWith($"A->B.heliostat.{setting} = {written}").Errors.Lines()), StringComparison.Ordinal);

    [Fact]
    public void A_pattern_that_is_none_is_named_and_not_what_stands_behind_it() => Assert.StartsWith(
        "5: A->B.heliostat.until: 'a(b:offset:5' is not usable: ",
        Assert.Single(Configurations.GoodWith("A->B.heliostat.until = a(b:offset:5").Errors.Lines()), StringComparison.Ordinal);

    private static FlowOptions Flow(string written) => Configurations.GoodWith(written).ToFile().Flows[0];
}
