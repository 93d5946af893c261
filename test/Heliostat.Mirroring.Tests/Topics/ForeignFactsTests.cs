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
        var facts = ForeignFacts.Of([("b2", High, Low)], [Here], [There]);

        Assert.Equal(["b2"], facts.TargetAliases);
        var left = facts.Judge(Here, "A.evt", "B", has: false);
        Assert.Equal((LeftOutReason.CameRound, "another mirror makes it of topic 'evt' of B, by the ids in its stored positions"),
            (left!.Reason, left.Detail));
    }

    [Fact]
    public void Back_into_the_topic_that_it_came_from_is_a_ring()
    {
        var left = ForeignFacts.Of([("b2", High, Low)], [Here], [There]).Judge(Here, "evt", "B", has: false);

        Assert.Equal(LeftOutReason.Ring, left!.Reason);
        Assert.Contains("would go round for ever: that mirror has it", left.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_both_have_mirrored_it_one_goes_on()
    {
        var here = ForeignFacts.Of([("b2", High, Low)], [Here], [There]);
        var there = ForeignFacts.Of([("a2", Low, High)], [There], [Here]);

        Assert.Null(here.Judge(Here, "evt", "B", has: true));
        Assert.NotNull(there.Judge(There, "evt", "A", has: true));
    }

    [Fact]
    public void What_another_mirror_has_of_the_targets_topics_is_known_before_it_has_stored_a_position()
    {
        var facts = Claimed("evt", new TopicHop("there", "evt", IsHeld: true));

        Assert.Equal(LeftOutReason.Ring, facts.Judge(Here, "evt", "B", has: false)!.Reason);
        var left = facts.Judge(Here, "A.evt", "B", has: false);
        Assert.Equal((LeftOutReason.CameRound, "another mirror makes it of topic 'evt' of B"), (left!.Reason, left.Detail));
        Assert.Null(facts.Judge(Here, "A.evt", "B", has: true));
    }

    [Fact]
    public void A_longer_way_back_is_refused_only_where_it_closes_a_ring()
    {
        var facts = Claimed("evt", new TopicHop("there", "evt", IsHeld: true), new TopicHop("between", "evt", IsHeld: true));

        Assert.Equal(
            "another mirror brings it here, which comes from B by way of between, and its records would go round for ever: "
            + "to have it by this flow take it out of the topics of one of them",
            facts.Judge(Here, "evt", "B", has: false)!.Detail);
        Assert.Null(facts.Judge(Here, "A.evt", "B", has: false));
        Assert.Null((facts with { Clusters = new("here", "elsewhere") }).Judge(Here, "evt", "B", has: false));
    }

    [Fact]
    public void Flows_of_the_file_decide_by_themselves_where_only_they_close_a_ring()
    {
        var known = Claimed("evt", new TopicHop("there", "evt", IsHeld: true));
        var facts = new ForeignFacts { OwnWays = known.Ways, Clusters = known.Clusters };

        Assert.Equal(LeftOutReason.Ring, facts.Judge(Here, "evt", "B", has: false)!.Reason);
        Assert.Null((facts with { IsOwnRing = topic => topic == "evt" }).Judge(Here, "evt", "B", has: false));
    }

    [Fact]
    public void A_mirror_may_turn_round_where_offsets_are_the_same_both_ways()
    {
        var known = Claimed("evt", new TopicHop("there", "evt", IsHeld: true) { KeepsOffsets = true });
        var stored = ForeignFacts.Of([("b2", High, Low)], [Here], [There]) with { Ways = known.Ways, Clusters = known.Clusters };
        var back = stored with { KeepsOffsets = topic => topic == "evt" };

        Assert.Null(back.Judge(Here, "evt", "B", has: false));
        Assert.Null(back.Judge(Here, "evt", "B", has: true));
        Assert.Equal(LeftOutReason.CameRound, back.Judge(Here, "A.evt", "B", has: false)!.Reason);
        Assert.Equal(LeftOutReason.Ring, stored.Judge(Here, "evt", "B", has: false)!.Reason);
        var other = Claimed("evt", new TopicHop("there", "evt", IsHeld: true)) with { KeepsOffsets = _ => true };
        Assert.Equal(LeftOutReason.Ring, other.Judge(Here, "evt", "B", has: false)!.Reason);
    }

    [Fact]
    public void Mirrors_of_other_clusters_and_positions_without_ids_say_nothing()
    {
        (string, Guid, Guid)[] positions = [("c", Guid.NewGuid(), Low), ("d", Guid.Empty, Guid.Empty)];
        var facts = ForeignFacts.Of(positions, [Here, new("old", 1)], [There, new("old", 1)]);

        Assert.Empty(facts.TargetAliases);
        Assert.Null(facts.Judge(Here, "evt", "B", has: false));
    }

    private static ForeignFacts Claimed(string topic, params TopicHop[] hops) => new()
    {
        Ways = new Dictionary<string, IReadOnlyList<TopicWay>> { [topic] = [new TopicWay(hops)] },
        Clusters = new("here", "there"),
    };
}
