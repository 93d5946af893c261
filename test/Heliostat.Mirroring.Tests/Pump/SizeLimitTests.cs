using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class SizeLimitTests
{
    private const int DefaultBytes = 1_048_588;

    [Fact]
    public void A_smaller_limit_of_the_topic_is_taken_over()
    {
        var limit = new SizeLimit(DefaultBytes);

        Assert.True(limit.TryRefuse());
        Assert.True(limit.IsWanted);
        limit.Learn(1000, refusals: 1);

        Assert.Equal((1000, 1000, false), (limit.Max, limit.OfMany, limit.IsWanted));
    }

    [Fact]
    public void A_limit_that_lets_in_what_was_refused_again_is_halved()
    {
        var limit = new SizeLimit(100_000);

        limit.TryRefuse();
        limit.Learn(100_000, refusals: 2);

        Assert.Equal(50_000, limit.Max);
    }

    [Fact]
    public void Where_the_limit_may_not_be_read_the_half_of_what_was_refused_is_tried()
    {
        var limit = new SizeLimit(DefaultBytes);
        limit.Sent(800_000);

        limit.TryRefuse();
        limit.Learn(int.MaxValue, refusals: 1);

        Assert.Equal((int.MaxValue, 400_000, 400_000), (limit.Max, limit.OfMany, limit.Fill(1_000_000)));
        limit.Taken(500_000);
        Assert.Equal(500_000, limit.OfMany);
    }

    [Fact]
    public void When_nothing_smaller_is_left_it_is_one_record()
    {
        var limit = new SizeLimit(DefaultBytes);
        limit.Sent(100);
        while (limit.TryRefuse())
        {
            limit.Learn(int.MaxValue, refusals: 1);
            limit.Sent(limit.OfMany);
        }

        Assert.InRange(limit.OfMany, 0, 61);
    }
}
