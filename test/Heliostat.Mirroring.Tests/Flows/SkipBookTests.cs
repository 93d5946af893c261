using Heliostat.Mirroring.Flows;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>What operators want lanes to pass over, while the state topic is read.</summary>
public sealed class SkipBookTests
{
    private static readonly SkipWish Wish = new(new TopicPartition("orders", 0), AskedAt: 1000) { Count = 1 };

    private readonly SkipBook _book = new();

    [Fact]
    public void What_is_closed_is_not_opened_again_by_what_was_written_of_it_meanwhile()
    {
        Take(Wish);
        Take(Wish with { To = 41, Count = null });
        _book.Close(Wish);
        var afterClose = _book.Open;
        Take(Wish with { To = 41, Count = null });

        Assert.Empty(afterClose);
        Assert.Empty(_book.Open);
    }

    [Fact]
    public void The_next_one_of_the_lane_is_open_also_where_its_clock_is_behind()
    {
        Take(Wish);
        _book.Close(Wish);
        Take(Wish with { AskedAt = 900 });

        Assert.Equal(900, Assert.Single(_book.Open).AskedAt);
    }

    [Fact]
    public void An_answer_of_anybody_closes_it()
    {
        Take(Wish);
        Take(Wish with { From = 40, To = 41, By = "another" });

        Assert.Empty(_book.Open);
    }

    private void Take(SkipWish wish)
    {
        var record = wish.Write();
        _book.Take(record.Key, record.Value);
    }
}
