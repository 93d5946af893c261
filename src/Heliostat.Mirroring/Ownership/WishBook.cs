using Heliostat.Mirroring.Sharing;

namespace Heliostat.Mirroring.Ownership;

/// <summary>What an operator wants of who has what, as the state topic says last. Thread-safe.</summary>
internal sealed class WishBook(TimeProvider time)
{
    /// <summary>Who hears later that loads are to be levelled lets it be: whoever leads the group has done it.</summary>
    private static readonly TimeSpan LevelWithin = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _drained = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _places = [];
    private DateTimeOffset _levelUntil;

    /// <summary>Called when something new was said.</summary>
    public Action Changed { private get; set; } = static () => { };

    public SlotWishes Now
    {
        get
        {
            lock (_gate)
            {
                var drained = _drained.ToHashSet(StringComparer.Ordinal);
                return new SlotWishes(drained, new Dictionary<int, string>(_places)) { Levels = time.GetUtcNow() < _levelUntil };
            }
        }
    }

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (SlotWish.Read(key) is not { } wish)
        {
            return;
        }

        lock (_gate)
        {
            if (!Change(wish, value))
            {
                return;
            }
        }

        Changed();
    }

    private bool Change(SlotWish wish, byte[]? value)
    {
        if (wish.Drained is { } drained)
        {
            return value is null ? _drained.Remove(drained) : _drained.Add(drained);
        }

        if (wish.Slot is { } slot)
        {
            var (former, worker) = (_places.GetValueOrDefault(slot), value is null ? null : SlotWish.Worker(value));
            if (worker is null)
            {
                _places.Remove(slot);
            }
            else
            {
                _places[slot] = worker;
            }

            return former != worker;
        }

        var until = (value is null ? null : SlotWish.At(value)) + LevelWithin ?? default;
        var isNew = until > _levelUntil && until > time.GetUtcNow();
        _levelUntil = until > _levelUntil ? until : _levelUntil;
        return isNew;
    }
}
