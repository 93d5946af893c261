using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Mirroring.Tails;

namespace Heliostat.Mirroring.Tests.Tails;

/// <summary>Where a comparison begins: the best place that is known on both sides.</summary>
public sealed class TailLaneTests
{
    private static readonly TopicPartition Partition = new("orders", 3);

    [Fact]
    public void A_stored_position_that_says_where_it_is_on_the_target_is_the_place()
    {
        Assert.Equal(new TailAnchor(100, 70), Lane(100, 69).Anchor(1_000));
    }

    [Fact]
    public void A_map_that_reaches_further_and_agrees_is_a_better_place()
    {
        var map = new OffsetMap(Partition);
        map.Append(0, 0, 150);

        Assert.Equal(new TailAnchor(150, 150), (Lane(100, 99) with { Map = map }).Anchor(1_000));
    }

    [Fact]
    public void A_map_that_does_not_agree_or_ends_in_something_unknown_is_not()
    {
        var other = new OffsetMap(Partition);
        other.Append(0, 20, 150);
        var open = new OffsetMap(Partition);
        open.Append(0, 0, 100);
        open.ResumeAt(200, 220);

        Assert.Equal(new TailAnchor(100, 100), (Lane(100, 99) with { Map = other }).Anchor(1_000));
        Assert.Equal(new TailAnchor(100, 100), (Lane(100, 99) with { Map = open }).Anchor(1_000));
    }

    [Fact]
    public void A_map_that_reaches_beyond_the_targets_end_is_not_believed()
    {
        var map = new OffsetMap(Partition);
        map.Append(0, 0, 150);

        Assert.Equal(new TailAnchor(100, 100), (Lane(100, 99) with { Map = map }).Anchor(140));
    }

    [Fact]
    public void Without_a_place_on_the_target_the_map_says_it_or_the_newest_sync_before_does()
    {
        var map = new OffsetMap(Partition);
        map.Append(0, 7, 100);
        Assert.Equal(new TailAnchor(100, 107), (Lane(100, -1) with { Map = map }).Anchor(1_000));
        Assert.Equal(new TailAnchor(100, 107), (Lane(50, -1) with { Map = map }).Anchor(1_000));

        OffsetSync[] syncs = [new(Partition, 180, 280), new(Partition, 90, 150), new(Partition, 10, 20)];
        Assert.Equal(new TailAnchor(90, 150), (Lane(100, -1) with { Syncs = syncs }).Anchor(1_000));
        Assert.Equal(new TailAnchor(10, 20), (Lane(100, -1) with { Syncs = syncs }).Anchor(150));
        Assert.Equal(new TailAnchor(90, 150), (Lane(5, -1) with { Syncs = syncs[..2] }).Anchor(1_000));
        Assert.Null(Lane(100, -1).Anchor(1_000));
    }

    /// <summary>
    /// Seed 2727 of the simulation with workers: the target had taken a batch twice when the first position was all that was stored; its
    /// last records fitted nowhere, and all of the lane came twice without a word.
    /// </summary>
    [Fact]
    public void A_lane_that_began_on_an_empty_log_is_compared_from_its_beginning()
    {
        var map = new OffsetMap(Partition);
        map.Append(0, 0, 150);

        Assert.Equal(new TailAnchor(100, 0), (Lane(100, -1) with { IsUntouched = true }).Anchor(1_000));
        Assert.Equal(new TailAnchor(150, 150), (Lane(100, -1) with { IsUntouched = true, Map = map }).Anchor(1_000));
    }

    private static TailLane Lane(long next, long lastTarget) => new(Partition, new TopicPartition("A.orders", 3), next, lastTarget);
}
