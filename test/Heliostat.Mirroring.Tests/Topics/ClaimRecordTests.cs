using System.Text;
using Heliostat.Mirroring.Topics;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class ClaimRecordTests
{
    private static readonly TopicClaim Claim = new("a\"b", "host/4711", "from-id", "to-id", "x.a\"b");

    [Theory]
    [InlineData(false, """{"from":"from-id","to":"to-id","as":"x.a\"b"}""")]
    [InlineData(true, """{"from":"from-id","to":"to-id","as":"x.a\"b","held":true}""")]
    public void Claims_are_read_as_they_are_written(bool isHeld, string value)
    {
        var record = ClaimRecord.Of(Claim with { IsHeld = isHeld });

        Assert.Equal("""["claim","a\"b","host/4711"]""", Encoding.UTF8.GetString(record.Key));
        Assert.Equal(value, Encoding.UTF8.GetString(record.Value!));
        Assert.True(ClaimRecord.TryReadKey(record.Key, out var topic, out var by));
        Assert.Equal(Claim with { IsHeld = isHeld }, ClaimRecord.Read(topic!, by, record.Value));
        Assert.Equal(record.Key, ClaimRecord.Gone(Claim).Key);
    }

    [Fact]
    public void A_mark_is_of_no_topic()
    {
        var mark = ClaimRecord.Mark("host/4711", 3);

        Assert.Equal(("""["claimant","host/4711"]""", """{"beat":3}"""), (Encoding.UTF8.GetString(mark.Key), Encoding.UTF8.GetString(mark.Value!)));
        Assert.True(ClaimRecord.TryReadKey(mark.Key, out var topic, out var by));
        Assert.Equal((null, "host/4711"), (topic, by));
    }

    [Fact]
    public void Who_is_silent_for_a_minute_is_gone()
    {
        var time = new ManualTimeProvider();
        var marks = new ClaimMarks(time);

        Assert.True(marks.IsThere("state", "host/1", "1"));
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.True(marks.IsThere("state", "host/1", "2"));
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.True(marks.IsThere("state", "host/1", "2"));
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.False(marks.IsThere("state", "host/1", "2"));
        Assert.True(marks.IsThere("state", "host/1", "3"));
    }

    [Theory]
    [InlineData("""["lane","orders",3]""")]
    [InlineData("""["claim"]""")]
    [InlineData("""["claim","orders"]""")]
    [InlineData("""["claimant",3]""")]
    [InlineData("nothing")]
    [InlineData("")]
    public void Records_of_others_are_passed_over(string key)
    {
        Assert.False(ClaimRecord.TryReadKey(Encoding.UTF8.GetBytes(key), out _, out _));
        Assert.Null(ClaimRecord.Read("orders", "host/1", Encoding.UTF8.GetBytes(key)));
    }
}
