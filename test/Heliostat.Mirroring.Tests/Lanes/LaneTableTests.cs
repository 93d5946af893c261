using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tests.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Tests.Lanes;

public sealed class LaneTableTests
{
    /// <summary>Somebody else may have got further in between: what was looked up before is too early.</summary>
    [Fact]
    public async Task A_partition_that_went_and_came_back_does_not_take_the_lane_of_before()
    {
        await using var bench = new LaneBench();
        var partition = bench.Lane.Plan.Source;
        var lanes = new LaneTable();
        var first = lanes.Own(partition);

        lanes.Disown([partition]);
        var second = lanes.Own(partition);

        Assert.False(lanes.TryInstall(bench.Lane, first));
        Assert.Equal(new Dictionary<TopicPartition, OwnedLane> { [partition] = new(second, null) }, lanes.Unopened());
        Assert.True(lanes.TryInstall(bench.Lane, second));
        Assert.Empty(lanes.Unopened());
    }

    /// <summary>A lane that opened while others drain would be in nobody's hands: it would mirror on beside the next owner.</summary>
    [Fact]
    public async Task No_lane_is_opened_for_a_partition_that_is_being_given_up()
    {
        await using var bench = new LaneBench();
        var partition = bench.Lane.Plan.Source;
        var lanes = new LaneTable();
        var term = lanes.Own(partition);

        Assert.Empty(lanes.BeginGivingUp([partition]));

        Assert.False(lanes.TryInstall(bench.Lane, term));
        Assert.Empty(lanes.Open);
    }

    [Fact]
    public async Task A_lane_that_is_being_given_up_is_looked_after_until_it_is_disowned()
    {
        await using var bench = new LaneBench();
        var partition = bench.Lane.Plan.Source;
        var lanes = new LaneTable();
        lanes.TryInstall(bench.Lane, lanes.Own(partition));

        Assert.Equal([bench.Lane], lanes.BeginGivingUp([partition]));
        Assert.Equal([bench.Lane], lanes.Open);

        lanes.Disown([partition]);
        Assert.Empty(lanes.Open);
    }

    /// <summary>Its next lane would be opened beside the next owner's.</summary>
    [Fact]
    public async Task A_lane_that_is_closed_in_doubt_while_it_is_given_up_is_not_opened_again()
    {
        await using var bench = new LaneBench();
        var partition = bench.Lane.Plan.Source;
        var lanes = new LaneTable();
        lanes.TryInstall(bench.Lane, lanes.Own(partition));

        lanes.BeginGivingUp([partition]);
        lanes.Reopen(partition, new LanePosition(7, -1));

        Assert.Empty(lanes.Unopened());
    }

    [Fact]
    public void A_lane_that_is_closed_goes_on_where_it_was_for_as_long_as_it_is_owned()
    {
        var partition = new TopicPartition("orders", 3);
        var lanes = new LaneTable();
        var first = lanes.Own(partition);

        lanes.Reopen(partition, new LanePosition(7, 2));
        Assert.Equal(new LanePosition(7, 2), lanes.Unopened()[partition].Left);
        Assert.NotEqual(first, lanes.Unopened()[partition].Term);

        lanes.Disown([partition]);
        lanes.Own(partition);
        Assert.Null(lanes.Unopened()[partition].Left);
    }

    [Fact]
    public void A_halt_is_told_until_somebody_decides_and_is_of_its_term()
    {
        var partition = new TopicPartition("orders", 3);
        var lanes = new LaneTable();
        var term = lanes.Own(partition);

        lanes.Halt(partition, term - 1, Halted("of before"));
        Assert.False(lanes.IsWhole);

        lanes.Halt(partition, term, Halted("halted"));
        lanes.CannotOpen(partition, Halted("something else") with { NextTry = DateTimeOffset.UnixEpoch });
        Assert.Equal("halted", Assert.Single(lanes.Halted()).Cause);
        Assert.True(lanes.IsWhole);
        Assert.Empty(lanes.Unopened());

        lanes.GoOn(partition);
        Assert.Equal(term, lanes.Unopened()[partition].Term);
    }

    private static Trouble Halted(string detail) => new(TroubleKind.Halted, TroubleSide.Us, detail);
}
