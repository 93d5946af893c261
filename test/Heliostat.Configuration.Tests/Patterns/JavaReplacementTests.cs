using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Tests.Patterns;

/// <summary>What <c>RegexRouter</c> of 4.3.1 makes of <c>A.orders</c>, row by row.</summary>
public sealed class JavaReplacementTests
{
    [Theory]
    [InlineData(@"A\.(.*)", "$1", "orders")]
    [InlineData("(.*)", "replica.$1", "replica.A.orders")]
    [InlineData("orders", "x", "A.orders")]
    [InlineData(@"A|A\.orders", "X", "X.orders")]
    [InlineData("A.*?", "X", "X.orders")]
    [InlineData(@"A\.(?<n>.*)", "${n}-v2", "orders-v2")]
    [InlineData(@"A\.(.*)", "$12", "orders2")]
    [InlineData(@"A\.(.*)", @"a\$b", "a$b")]
    [InlineData(@"A\.(.*)", "", "")]
    [InlineData(@"A\.orders", "bad topic!", "bad topic!")]
    [InlineData(@"(?i)a\.ORDERS", "ci", "ci")]
    [InlineData(@"(A)\.(x)?(.*)", "$3-$2-$1-$0", "orders--A-A.orders")]
    public void Names(string pattern, string replacement, string becomes) =>
        Assert.Equal(becomes, JavaReplacement.Parse(pattern, replacement).Of("A.orders"));

    [Theory]
    [InlineData(@"A\.(.*)", "$2", "names group 2, and the pattern has 1")]
    [InlineData(@"A\.(.*)", "$", "ends in '$'")]
    [InlineData(@"A\.(.*)", "${n}", "names group 'n'")]
    [InlineData(@"A\.(.*)", "$x", "has '$x', which is no group")]
    [InlineData(@"A\.(.*)", @"x\", "ends in a backslash")]
    [InlineData("[", "x", "")]
    public void What_Java_refuses_is_refused(string pattern, string replacement, string says) =>
        Assert.Contains(says, Assert.Throws<ConfigurationException>(() => JavaReplacement.Parse(pattern, replacement)).Message,
            StringComparison.Ordinal);
}
