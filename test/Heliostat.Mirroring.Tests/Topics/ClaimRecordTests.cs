using System.Text;
using Heliostat.Mirroring.Topics;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class ClaimRecordTests
{
    private static readonly TopicWay Way = new([new("A", "a\"b", IsHeld: true), new("B", "b", IsHeld: false)]);

    [Theory]
    [InlineData("host/4711", """["claim","a\"b","host/4711"]""", """{"to":"C","as":"x.a\"b","ways":[[["A","a\"b"],["B","b","claim"]]]}""")]
    [InlineData(null, """["origin","x.a\"b"]""", """{"to":"C","of":"a\"b","ways":[[["A","a\"b"],["B","b","claim"]]]}""")]
    public void Claims_and_origins_are_read_as_they_are_written(string? by, string key, string value)
    {
        var claim = new TopicClaim("a\"b", by, "C", "x.a\"b") { Ways = [Way] };
        var record = ClaimRecord.Of(claim);
        var book = new ClaimBook();
        book.Take(record.Key, record.Value);
        var read = Assert.Single(book.Claims());

        Assert.Equal((key, value), (Encoding.UTF8.GetString(record.Key), Encoding.UTF8.GetString(record.Value!)));
        Assert.Equal(claim with { Ways = read.Ways }, read);
        Assert.Equal(Way.Hops, read.Ways.Single().Hops);
        Assert.Equal(by is null, book.Origin("x.a\"b") is not null);
        book.Take(ClaimRecord.Gone(claim).Key, null);
        Assert.Empty(book.Claims());
    }

    [Fact]
    public void Offsets_that_are_kept_are_told_and_known_of_the_mirror_itself_only()
    {
        var record = ClaimRecord.Of(new TopicClaim("t", null, "C", "t") { Ways = [Way], KeepsOffsets = true });
        var book = new ClaimBook();
        book.Take(record.Key, record.Value);
        var read = book.Origin("t")!;

        Assert.Equal("""{"to":"C","of":"t","offsets":"equal","ways":[[["A","a\"b"],["B","b","claim"]]]}""",
            Encoding.UTF8.GetString(record.Value!));
        Assert.True(read.KeepsOffsets);
        Assert.Equal([false, true], read.WaysThrough.Single().Hops.Select(hop => hop.KeepsOffsets));
    }

    [Fact]
    public void A_mark_is_of_no_topic()
    {
        var mark = ClaimRecord.Mark("host/4711", 3);

        Assert.Equal(("""["claimant","host/4711"]""", """{"beat":3}"""),
            (Encoding.UTF8.GetString(mark.Key), Encoding.UTF8.GetString(mark.Value!)));
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
    [InlineData("""["origin"]""")]
    [InlineData("nothing")]
    [InlineData("")]
    public void Records_of_others_are_passed_over(string key)
    {
        Assert.False(ClaimRecord.TryReadKey(Encoding.UTF8.GetBytes(key), out _, out _));
        Assert.Null(ClaimRecord.Read("orders", "host/1", Encoding.UTF8.GetBytes(key)));
    }

    [Theory]
    [InlineData("""{"to":"C","of":"a","ways":[]}""")]
    [InlineData("""{"to":"C","of":"a","ways":[[]]}""")]
    [InlineData("""{"to":"C","of":"a","ways":[["A"]]}""")]
    [InlineData("""{"to":"C","ways":[[["A","a"]]]}""")]
    [InlineData("""{"of":"a","ways":[[["A","a"]]]}""")]
    [InlineData("""{"to":"C","of":"a","ways":[[["A",1]]]}""")]
    public void Origins_that_say_nothing_are_passed_over(string value) =>
        Assert.Null(ClaimRecord.Read("a", null, Encoding.UTF8.GetBytes(value)));
}
