using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Tests.Topics;

/// <summary>Rings of mirrors A to B, B to C, C to A, or longer ones, in files of their own.</summary>
public sealed class WayRulesTests
{
    [Theory]
    [InlineData("ABC", "")]
    [InlineData("ABC", "A")]
    [InlineData("ABC", "B")]
    [InlineData("ABC", "C")]
    [InlineData("ABC", "AB")]
    [InlineData("ABC", "BC")]
    [InlineData("ABC", "AC")]
    [InlineData("ABC", "ABC")]
    [InlineData("ABCD", "")]
    [InlineData("ABCD", "BD")]
    [InlineData("DBAC", "DA")]
    public void Of_a_ring_one_leaves_it_out_whoever_has_it_already(string ring, string had)
    {
        var leaves = ring.Where(source => Judge(ring, source, had)?.Reason == LeftOutReason.Ring).ToList();
        var claims = ring.Except(had).ToList();

        Assert.Equal([(claims.Count > 0 ? claims : [.. ring]).Max()], leaves);
        Assert.Equal(claims.Except(leaves), ring.Where(source => Judge(ring, source, had)?.Reason == LeftOutReason.RingUndecided));
    }

    [Fact]
    public void Where_no_ring_is_seen_yet_a_mirror_begins_behind_those_before_it()
    {
        var held = new TopicWay([new("X", "evt", IsHeld: true), new("A", "evt", IsHeld: true)]);
        var claimed = new TopicWay([new("X", "evt", IsHeld: true), new("A", "evt", IsHeld: false)]);

        Assert.Equal(LeftOutReason.RingUndecided, Judge([claimed], has: false, TimeSpan.FromHours(1))?.Reason);
        Assert.Equal(LeftOutReason.RingUndecided, Judge([held], has: false, TimeSpan.FromSeconds(3))?.Reason);
        Assert.Null(Judge([held], has: false, TimeSpan.FromSeconds(4)));
        Assert.Null(Judge([held], has: false, claimedFor: null));
        Assert.Null(Judge([claimed], has: true, claimedFor: null));
        Assert.Null(Judge([], has: false, TimeSpan.Zero));

        static LeftOutTopic? Judge(TopicWay[] ways, bool has, TimeSpan? claimedFor) =>
            WayRules.Judge("evt", "evt", ways, new("B", "C"), "c", has, waits: true, claimedFor);
    }

    /// <summary>A mirror that has it and stopped before it looked again tells for ever of a claim before it.</summary>
    [Fact]
    public void What_a_mirror_that_has_it_told_of_claims_before_it_is_waited_for_no_longer_than_two_minutes()
    {
        var behind = new TopicWay([new("A", "evt", IsHeld: false), new("B", "evt", IsHeld: true)]);
        var round = new TopicWay([new("E", "evt", IsHeld: false), new("B", "evt", IsHeld: true)]);

        Assert.Equal(LeftOutReason.RingUndecided, Judge(behind, TimeSpan.FromSeconds(119))?.Reason);
        Assert.Null(Judge(behind, TimeSpan.FromMinutes(2)));
        Assert.Equal(LeftOutReason.RingUndecided, Judge(round, TimeSpan.FromSeconds(119))?.Reason);
        Assert.Equal(LeftOutReason.Ring, Judge(round, TimeSpan.FromMinutes(2))?.Reason);

        static LeftOutTopic? Judge(TopicWay way, TimeSpan claimedFor) =>
            WayRules.Judge("evt", "evt", [way], new("C", "E"), "e", has: false, waits: true, claimedFor);
    }

    [Fact]
    public void Ways_grow_by_their_sources_and_go_through_none_twice()
    {
        var first = TopicWay.Through(new("A", "evt", IsHeld: true), []);
        var second = TopicWay.Through(new("B", "evt", IsHeld: false), first);
        var round = TopicWay.Through(new("A", "evt", IsHeld: true), second);

        Assert.Equal("A", Clusters(first.Single()));
        Assert.Equal("AB", Clusters(second.Single()));
        Assert.Equal("BA", Clusters(round.Single()));
        var many = Enumerable.Range(0, 100).Select(i => new TopicWay([new($"c{i}", "evt", IsHeld: true)]));
        Assert.Equal(TopicWay.MostWays, TopicWay.Through(new("Z", "evt", IsHeld: true), many).Count);

        static string Clusters(TopicWay way) => string.Concat(way.Hops.Select(hop => hop.Cluster));
    }

    /// <summary>What the mirror that reads from <paramref name="source"/> decides, once it knows all others of the ring.</summary>
    private static LeftOutTopic? Judge(string ring, char source, string had)
    {
        var at = ring.IndexOf(source, StringComparison.Ordinal);
        var others = ring[(at + 1)..] + ring[..at];
        var way =
            new TopicWay([.. others.Select(cluster => new TopicHop($"{cluster}", "evt", had.Contains(cluster, StringComparison.Ordinal)))]);
        return WayRules.Judge(
            "evt", "evt", [way], new($"{source}", $"{others[0]}"), "target", had.Contains(source, StringComparison.Ordinal), waits: true,
            claimedFor: TimeSpan.Zero);
    }
}
