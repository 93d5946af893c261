using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Tests.Patterns;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("orders.new", "orders.new")]
    [InlineData("orders.*", "orders*")]
    [InlineData("orders\\..*", "orders.*")]
    [InlineData("orders.+", "orders*")]
    [InlineData("orders.", "orders*")]
    [InlineData("a+", "a*")]
    [InlineData("colou?r", "colo*")]
    [InlineData("(a|b).*", "*")]
    [InlineData("[ab].*", "*")]
    [InlineData("x[ab]", "x*")]
    [InlineData("evt-(a|b)", "evt-*")]
    [InlineData("a|b.*", "a b*")]
    [InlineData("\\Qa.b\\E", "*")]
    [InlineData("a\\d", "a*")]
    [InlineData("x\\.a|y\\.b", "*")]
    [InlineData(".*", "*")]
    public void A_pattern_is_never_read_narrower_than_it_is(string pattern, string expected) => Assert.Equal(expected, Text([pattern]));

    [Fact]
    public void What_another_covers_is_left_out() => Assert.Equal("b*", Text(["b.*", "bc", "bcd.*"]));

    private static string Text(string[] patterns) =>
        string.Join(' ', NamePattern.Of(patterns).Select(pattern => pattern.Name + (pattern.IsPrefix ? "*" : "")));
}
