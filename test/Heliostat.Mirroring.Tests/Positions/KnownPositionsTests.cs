using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Positions;

public sealed class KnownPositionsTests
{
    private static readonly TopicPartition Orders3 = new("orders", 3);
    private static readonly Guid Topic = Guid.NewGuid();
    private static readonly LanePosition Left = new(50, 7);

    private readonly KnownPositions _known = new();

    [Theory]
    [InlineData(20L, true)] // what was committed last
    [InlineData(30L, true)] // what was tried, the answer being lost
    [InlineData(25L, false)] // somebody else's
    [InlineData(60L, false)] // somebody else's, further than we got
    [InlineData(10L, false)] // set back by hand
    [InlineData(null, false)] // deleted by hand
    public void A_partition_that_comes_back_goes_on_where_it_was_left_when_nobody_committed_in_between(long? committedNow, bool resumes)
    {
        Assert.Null(_known.Resume(Orders3, 10, Topic));
        _known.Attempts(Orders3, 20);
        _known.Committed(Orders3, 20);
        _known.Attempts(Orders3, 30);
        _known.Left(Orders3, Left);

        Assert.Equal(resumes ? Left : null, _known.Resume(Orders3, committedNow, Topic));
    }

    [Fact]
    public void It_does_so_until_its_lane_has_committed()
    {
        _known.Resume(Orders3, 10, Topic);
        _known.Left(Orders3, Left);

        Assert.Equal(Left, _known.Resume(Orders3, 10, Topic));
        Assert.Equal(Left, _known.Resume(Orders3, 10, Topic));
        _known.Committed(Orders3, 55);
        Assert.Null(_known.Resume(Orders3, 55, Topic));
    }

    [Fact]
    public void A_partition_without_a_committed_offset_does_so_too()
    {
        _known.Resume(Orders3, null, Topic);
        _known.Left(Orders3, Left);

        Assert.Equal(Left, _known.Resume(Orders3, null, Topic));
    }

    [Fact]
    public void Another_topic_of_the_name_or_one_without_an_id_starts_at_its_committed_offset()
    {
        _known.Resume(Orders3, 10, Topic);
        _known.Left(Orders3, Left);
        Assert.Null(_known.Resume(Orders3, 10, Guid.NewGuid()));

        _known.Resume(Orders3, 10, Guid.Empty);
        _known.Left(Orders3, Left);
        Assert.Null(_known.Resume(Orders3, 10, Guid.Empty));
    }

    [Fact]
    public void What_is_committed_further_than_was_acknowledged_is_not_gone_behind()
    {
        _known.Resume(Orders3, 60, Topic);
        _known.Left(Orders3, Left);

        Assert.Null(_known.Resume(Orders3, 60, Topic));
    }
}
