using Heliostat.Configuration.Settings;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Tests.Settings;

/// <summary>Values as <c>ConfigDef.parseType</c> reads them.</summary>
public sealed class SettingParsersTests
{
    private static readonly TypedSetting<int> Int = Declare.Setting("k", Kinds.Int(0), "1", "D.");
    private static readonly TypedSetting<bool> Boolean = Declare.Setting("k", Kinds.Boolean, "true", "D.");
    private static readonly TypedSetting<TimeSpan> Milliseconds = Declare.Setting("k", Kinds.Milliseconds(SettingType.Long, 0), "1", "D.");

    [Theory]
    [InlineData("0", 0)]
    [InlineData(" 12\t", 12)]
    [InlineData("+5", 5)]
    [InlineData("2147483647", int.MaxValue)]
    public void A_whole_number_is_trimmed_and_read(string value, int expected)
    {
        Assert.Null(Int.Check(value));
        Assert.Equal(expected, Int.Parse(value));
    }

    [Theory]
    [InlineData("", "'' is not a whole number")]
    [InlineData("x", "'x' is not a whole number")]
    [InlineData("1.5", "'1.5' is not a whole number")]
    [InlineData("1_000", "'1_000' is not a whole number")]
    [InlineData("10 # ten", "'10 # ten' is not a whole number; a comment must have a line of its own")]
    [InlineData("-1", "'-1' is less than 0")]
    [InlineData("2147483648", "'2147483648' is not between 0 and 2147483647")]
    public void A_wrong_number_is_refused_with_what_is_allowed(string value, string problem)
    {
        Assert.Equal(problem, Int.Check(value));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData(" False ", false)]
    public void A_boolean_is_read_in_any_case(string value, bool expected)
    {
        Assert.Equal(expected, Boolean.Parse(value));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    [InlineData("")]
    public void Anything_else_is_no_boolean(string value)
    {
        Assert.Equal($"'{value}' is neither true nor false", Boolean.Check(value));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("a, b ,c", 3)]
    [InlineData("a,,b", 3)]
    public void A_list_is_split_at_commas(string value, int count)
    {
        var list = SettingParsers.List(value);

        Assert.Equal(count, list.Count);
        Assert.All(list, item => Assert.Equal(item.Trim(), item));
    }

    [Fact]
    public void A_duration_beyond_what_a_timer_takes_is_the_longest_it_takes()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(uint.MaxValue - 1), Milliseconds.Parse("9223372036854775807"));
        Assert.Equal(TimeSpan.FromSeconds((uint.MaxValue - 1) / 1000), SettingParsers.Seconds("99999999"));
        using var timer = new PeriodicTimer(Milliseconds.Parse("9223372036854775807"));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), Milliseconds.Parse("1500"));
    }

    [Fact]
    public void A_short_and_a_double_have_their_bounds()
    {
        var small = Declare.Setting("k", Kinds.Short(0, 3600), null, "D.");
        var ratio = Declare.Setting("k", Kinds.Double(0.5, 1), null, "D.");

        Assert.Equal(300, small.Parse("300"));
        Assert.Equal("'3601' is not between 0 and 3600", small.Check("3601"));
        Assert.Equal(0.8, ratio.Parse("0.8"));
        Assert.Equal("'0.4' is not between 0.5 and 1", ratio.Check("0.4"));
        Assert.Equal("'x' is not a number", ratio.Check("x"));
    }

    [Fact]
    public void A_secret_is_never_shown()
    {
        var password = Declare.Unused("sasl.jaas.config", SettingType.Password, null, "reason");

        Assert.Equal("[hidden]", password.Shown("hunter2"));
        Assert.Equal("[hidden]", new Secret("hunter2").ToString());
        Assert.Equal("hunter2", new Secret("hunter2").Reveal());
    }
}
