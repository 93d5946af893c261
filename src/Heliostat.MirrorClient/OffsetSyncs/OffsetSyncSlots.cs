namespace Heliostat.MirrorClient.OffsetSyncs;

/// <summary>
/// The syncs kept of one partition: dense near the end, exponentially sparser before. Immutable. For slots i before j that hold different
/// syncs:
/// <list type="bullet">
/// <item>A. Slot 0 is the latest sync.</item>
/// <item>B. upstream(i) is at most upstream(j) + 2^j - 2^i: no slot is older than its place allows.</item>
/// <item>C. upstream(i) is at least upstream(j) + 2^max(i-2, 0): no two are closer than their places demand.</item>
/// <item>D. The last slot is the earliest sync that is usable.</item>
/// </list>
/// Arithmetic wraps, and a bound that went negative satisfies B and violates C.
/// </summary>
internal sealed class OffsetSyncSlots
{
    private const int Count = 64;

    private readonly Sync[] _slots;

    public OffsetSyncSlots(long upstream, long downstream)
    {
        _slots = new Sync[Count];
        Array.Fill(_slots, new Sync(upstream, downstream));
    }

    private OffsetSyncSlots(Sync[] slots) => _slots = slots;

    /// <summary>The slots with a newer sync among them. If the source went back, all older ones are forgotten.</summary>
    public OffsetSyncSlots With(long upstream, long downstream)
    {
        if (upstream < _slots[0].Upstream)
        {
            return new(upstream, downstream);
        }

        var latest = new Sync(upstream, downstream);
        var slots = (Sync[])_slots.Clone();
        slots[0] = latest;
        Settle(slots, latest);
        return new(slots);
    }

    public long Translate(long upstreamOffset)
    {
        foreach (var sync in _slots)
        {
            if (sync.Upstream <= upstreamOffset)
            {
                return sync.Downstream + (sync.Upstream == upstreamOffset ? 0 : 1);
            }
        }

        return -1;
    }

    /// <summary>What the slots hold, each sync once.</summary>
    public IEnumerable<Sync> Distinct() => _slots.Where((sync, i) => i == 0 || sync != _slots[i - 1]);

    // B, between slots of the given numbers. Syncs are the same only if they are the same object.
    private static bool IsRecent(Sync newer, Sync older, int i, int j)
    {
        var bound = unchecked(older.Upstream + (1L << j) - (1L << i));
        return newer == older || bound < 0 || newer.Upstream <= bound;
    }

    // C, from a slot of the given number.
    private static bool IsApart(Sync newer, Sync older, int i)
    {
        var bound = unchecked(older.Upstream + (1L << Math.Max(i - 2, 0)));
        return newer == older || (bound >= 0 && newer.Upstream >= bound);
    }

    /// <summary>
    /// Mends B slot by slot, with the oldest old sync that fits, until it holds: so as many different syncs stay as can. The cursor walks
    /// the old slots and never gets ahead of the slot to fill.
    /// </summary>
    private void Settle(Sync[] slots, Sync candidate)
    {
        var cursor = 0;
        for (var slot = 1; slot < Count; slot++)
        {
            var previous = slots[slot - 1];
            bool skip;
            do
            {
                var old = _slots[cursor];
                var apart = IsApart(previous, old, slot - 1);
                var room = slot + 1 >= Count || IsApart(old, slots[slot + 1], slot);
                var fits = apart && room && IsRecent(previous, old, slot - 1, slot);
                candidate = fits ? old : candidate;
                skip = !apart || (cursor + 1 < Count && old == _slots[cursor + 1]);
                cursor += fits || skip ? 1 : 0;
            }
            while (cursor < slot && skip);

            if (IsRecent(previous, slots[slot], slot - 1, slot))
            {
                return;
            }

            slots[slot] = candidate;
        }
    }

    /// <summary>One fact. A class, and not a record: two of equal offsets are different syncs.</summary>
    internal sealed class Sync(long upstream, long downstream)
    {
        public long Upstream { get; } = upstream;

        public long Downstream { get; } = downstream;
    }
}
