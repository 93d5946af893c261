using System.Text;
using Heliostat.Mirroring.Ownership;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Ownership;

public sealed class WishBookTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void What_was_said_last_counts_and_what_is_new_is_told()
    {
        var (book, told) = (new WishBook(_time), 0);
        book.Changed = () => told++;

        book.Take(new SlotWish("host/1", null).Write(), SlotWish.Said);
        book.Take(new SlotWish("host/1", null).Write(), SlotWish.Said);
        book.Take(new SlotWish(null, 3).Write(), SlotWish.ValueOf("host/2"));
        book.Take("""["pause"]"""u8, "{}"u8.ToArray());
        Assert.Equal((2, "host/1", "host/2"), (told, book.Now.Drained.Single(), book.Now.Places[3]));
        Assert.False(book.Now.Levels);

        book.Take(new SlotWish("host/1", null).Write(), null);
        book.Take(new SlotWish(null, 3).Write(), null);
        Assert.Equal((4, 0, 0), (told, book.Now.Drained.Count, book.Now.Places.Count));
    }

    [Fact]
    public void Loads_are_levelled_for_a_minute_and_not_when_it_is_read_later()
    {
        var book = new WishBook(_time);
        var said = SlotWish.ValueOf(_time.GetUtcNow());

        book.Take(SlotWish.Levelled.Write(), said);
        Assert.True(book.Now.Levels);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(book.Now.Levels);
        var late = new WishBook(_time);
        late.Take(SlotWish.Levelled.Write(), said);
        Assert.False(late.Now.Levels);
    }

    [Fact]
    public void Keys_are_as_docs_formats_says()
    {
        Assert.Equal("""["drain","host/1"]""", Encoding.UTF8.GetString(new SlotWish("host/1", null).Write()));
        Assert.Equal("""["place",3]""", Encoding.UTF8.GetString(new SlotWish(null, 3).Write()));
        Assert.Equal("""["rebalance"]""", Encoding.UTF8.GetString(SlotWish.Levelled.Write()));
        Assert.Equal(new SlotWish(null, 3), SlotWish.Read("""["place",3]"""u8));
        Assert.Null(SlotWish.Read("""["place",-1]"""u8));
        Assert.Null(SlotWish.Read("""["slot",3]"""u8));
        Assert.Null(SlotWish.Read("{}"u8));
    }
}
