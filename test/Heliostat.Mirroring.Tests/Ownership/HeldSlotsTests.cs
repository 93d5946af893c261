using Heliostat.Mirroring.Ownership;

namespace Heliostat.Mirroring.Tests.Ownership;

public sealed class HeldSlotsTests
{
    private readonly HeldSlots _slots = new();

    [Fact]
    public void What_is_wanted_no_more_while_its_term_is_asked_for_is_held_until_it_is_given_back()
    {
        _slots.Want(new HashSet<int> { 1, 2 });
        var coming = _slots.BeginOpening();

        Assert.False(_slots.Want(new HashSet<int> { 1 }));
        Assert.Equal([1, 2], _slots.Held.Order());
        Assert.Equal([2], _slots.Leaving);

        Assert.True(_slots.Opened(coming, isDone: true));
        Assert.Equal([1, 2], _slots.Held.Order());
        Assert.True(_slots.IsOpen(1));
        Assert.False(_slots.IsOpen(2));

        Assert.Equal([2], _slots.BeginClosing());
        Assert.True(_slots.MayBeOpen(2));
        _slots.Closed();
        Assert.Equal([1], _slots.Held);
        Assert.Empty(_slots.Leaving);
    }

    [Fact]
    public void What_could_not_be_opened_is_opened_again_or_given_back()
    {
        _slots.Want(new HashSet<int> { 1, 2 });
        var coming = _slots.BeginOpening();
        _slots.Want(new HashSet<int> { 1 });

        Assert.True(_slots.Opened(coming, isDone: false));

        Assert.Equal([2], _slots.BeginClosing());
        Assert.Equal([1], _slots.BeginOpening());
    }

    [Fact]
    public void What_was_never_begun_is_free_at_once()
    {
        _slots.Want(new HashSet<int> { 1, 2 });

        Assert.True(_slots.Want(new HashSet<int> { 2 }));
        Assert.Equal([2], _slots.Held);
    }
}
