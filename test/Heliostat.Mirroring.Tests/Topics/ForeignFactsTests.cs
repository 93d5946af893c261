using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class ForeignFactsTests
{
    private static readonly Guid Low = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid High = new("00000000-0000-0000-0000-000000000002");
    private static readonly ClusterTopic Here = new("evt", 1) { Id = Low };
    private static readonly ClusterTopic There = new("evt", 1) { Id = High };

    [Fact]
    public void What_another_mirror_makes_of_the_targets_topics_is_not_mirrored_back()
    {
        var facts = ForeignFacts.Of([("b2", High, Low)], [Here], [There], new HashSet<string>());

        Assert.Equal(["b2"], facts.TargetAliases);
        var left = facts.Judge(Here, "A.evt", "B", has: false);
        Assert.Equal((LeftOutReason.CameRound, "another mirror makes it of topic 'evt' of B, by the ids in its stored positions"), (left!.Reason, left.Detail));
    }

    [Fact]
    public void Back_into_the_topic_that_it_came_from_is_a_ring()
    {
        var left = ForeignFacts.Of([("b2", High, Low)], [Here], [There], new HashSet<string>()).Judge(Here, "evt", "B", has: false);

        Assert.Equal(LeftOutReason.Ring, left!.Reason);
        Assert.Contains("would go round for ever: that mirror has it", left.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_both_have_mirrored_it_one_goes_on()
    {
        var here = ForeignFacts.Of([("b2", High, Low)], [Here], [There], new HashSet<string>());
        var there = ForeignFacts.Of([("a2", Low, High)], [There], [Here], new HashSet<string>());

        Assert.Null(here.Judge(Here, "evt", "B", has: true));
        Assert.NotNull(there.Judge(There, "evt", "A", has: true));
    }

    [Theory]
    [InlineData(true, false, LeftOutReason.RingUndecided)]
    [InlineData(false, false, LeftOutReason.Ring)]
    [InlineData(true, true, LeftOutReason.Ring)]
    public void Of_two_that_claim_it_one_gives_up_and_the_other_waits_for_that(bool isFirst, bool isHeld, LeftOutReason reason)
    {
        var claim = new TopicClaim("evt", "host/1", "there", "here", "evt") { IsHeld = isHeld };
        var facts = new ForeignFacts { Claims = new Dictionary<string, TopicClaim> { ["evt"] = claim }, IsFirst = isFirst };

        Assert.Equal(reason, facts.Judge(Here, "evt", "B", has: false)!.Reason);
        Assert.Null(facts.Judge(Here, "evt", "B", has: true));
    }

    [Fact]
    public void Mirrors_of_other_clusters_and_positions_without_ids_say_nothing()
    {
        var facts = ForeignFacts.Of([("c", Guid.NewGuid(), Low), ("d", Guid.Empty, Guid.Empty)], [Here, new("old", 1)], [There, new("old", 1)], new HashSet<string>());

        Assert.Empty(facts.TargetAliases);
        Assert.Null(facts.Judge(Here, "evt", "B", has: false));
    }

    [Fact]
    public void What_appeared_just_now_waits_unless_it_was_mirrored_before()
    {
        var facts = ForeignFacts.Of([], [Here], [There], new HashSet<string> { "evt" });

        Assert.Equal(LeftOutReason.RingUndecided, facts.Judge(Here, "evt", "B", has: false)!.Reason);
        Assert.Null(facts.Judge(Here, "evt", "B", has: true));
    }
}
