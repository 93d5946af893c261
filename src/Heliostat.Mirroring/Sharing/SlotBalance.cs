namespace Heliostat.Mirroring.Sharing;

/// <summary>
/// Shares a flow's slots out among its workers. Pure, and without memory: any leader comes to the same, from what the workers say of
/// themselves.
/// <list type="bullet">
/// <item>A. A slot that somebody holds is given to nobody else. To move it, its holder's share lacks it; once that one says that it is
/// given up, it is free.</item>
/// <item>B. What is free goes to the least loaded. No worker has fewer than its number; beyond that a slot moves only where the most loaded
/// gets rid of more than a fifth of the mean by it, one at a time.</item>
/// <item>C. Who is not ready yet gets nothing while others are.</item>
/// <item>D. Those whose file differs from that of most get nothing, nor do those that are about to stop.</item>
/// <item>E. An operator's word goes before loads and numbers: who is drained gets nothing, unless there is nobody else, and a slot with a
/// place goes there and stays.</item>
/// </list>
/// </summary>
internal static class SlotBalance
{
    /// <param name="offers">What each member says, by its id; null for one that cannot be understood.</param>
    /// <param name="wishes">What an operator wants.</param>
    /// <returns>Each member's share.</returns>
    public static IReadOnlyDictionary<string, WorkerShare> Shares(IReadOnlyDictionary<string, WorkerOffer?> offers, SlotWishes wishes)
    {
        var standard = Standard(offers);
        var able = offers.Where(offer => IsSame(offer.Value, standard) && !offer.Value!.IsStopping)
            .Select(offer => new Part(offer.Key, offer.Value!)).OrderBy(one => one.Id, StringComparer.Ordinal).ToList();
        var part = able.Exists(one => !IsDrained(one, wishes)) ? able.FindAll(one => !IsDrained(one, wishes)) : able;
        if (part.Count > 0)
        {
            Share(part, offers.Values.OfType<WorkerOffer>().SelectMany(offer => offer.Held).ToHashSet(), standard!.Slots, wishes);
        }

        var moving = part.Exists(one => one.Coming > 0)
            || offers.Values.Any(offer => offer is { IsStopping: true } or { Leaving.Count: > 0 })
            || able.Except(part).Any(one => one.Offer.Held.Count > 0);
        var workers = offers.Values.Count(offer => IsSame(offer, standard));
        return offers.ToDictionary(offer => offer.Key, offer => (part.Find(p => p.Id == offer.Key) is { } in_
            ? new WorkerShare(in_.Slots, workers, [])
            : new WorkerShare(new HashSet<int>(), workers, offer.Value is null ? ["version"] : Differing(offer.Value, standard!))) with
        { IsMoving = moving });
    }

    private static void Share(List<Part> part, HashSet<int> held, int slots, SlotWishes wishes)
    {
        var ready = part.Exists(one => one.Offer.IsReady) ? part.FindAll(one => one.Offer.IsReady) : part;
        ready.ForEach(one => one.Placed = [.. wishes.Places.Where(place => place.Value == one.Offer.Name).Select(place => place.Key)]);
        Keep(part);
        List<int> free = [.. Enumerable.Range(0, slots + 1).Where(slot => !held.Contains(slot))];
        Place(part, ready);
        GiveFree(ready, free);
        Level(ready, slots);
        if (free.Count == 0)
        {
            MoveSome(ready, slots, wishes.Levels);
        }
    }

    private static bool IsDrained(Part one, SlotWishes wishes) => wishes.Drained.Contains(one.Offer.Name);

    /// <summary>What is elsewhere than it is to be goes there.</summary>
    private static void Place(List<Part> part, List<Part> ready)
    {
        foreach (var to in ready)
        {
            foreach (var from in part.Where(one => one != to))
            {
                foreach (var slot in from.Slots.Where(to.Placed.Contains))
                {
                    Part.Move(from, to, slot);
                }
            }
        }
    }

    /// <summary>The file that most have; of two, the one whose workers hold more now.</summary>
    private static WorkerOffer? Standard(IReadOnlyDictionary<string, WorkerOffer?> offers) =>
        offers.OrderBy(offer => offer.Key, StringComparer.Ordinal)
            .Select(offer => offer.Value).OfType<WorkerOffer>().GroupBy(Digest, StringComparer.Ordinal)
            .OrderByDescending(same => same.Count())
            .ThenByDescending(same => same.Sum(offer => offer.Held.Count)).ThenBy(same => same.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.First();

    private static string Digest(WorkerOffer offer) =>
        string.Join(' ', offer.File.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => $"{key.Key}={key.Value}"));

    private static bool IsSame(WorkerOffer? offer, WorkerOffer? standard) =>
        offer is not null && standard is not null && Digest(offer) == Digest(standard);

    private static IReadOnlyList<string> Differing(WorkerOffer offer, WorkerOffer standard) =>
    [
        .. offer.File.Keys.Union(standard.File.Keys)
            .Where(key => offer.File.GetValueOrDefault(key) != standard.File.GetValueOrDefault(key)).Order(StringComparer.Ordinal),
    ];

    /// <summary>What two say to hold is the first one's: the other gives it up.</summary>
    private static void Keep(List<Part> part)
    {
        HashSet<int> taken = [];
        foreach (var one in part)
        {
            foreach (var slot in one.Offer.Held.Except(one.Offer.Leaving).Where(slot => slot <= one.Offer.Slots && taken.Add(slot)))
            {
                one.Add(slot, Math.Max(1, one.Offer.LoadOf(slot)));
            }
        }
    }

    private static void GiveFree(List<Part> part, IReadOnlyList<int> free)
    {
        // What a slot costs that nobody has is not known.
        var guess = Math.Max(1, part.Sum(one => one.Load) / Math.Max(1, part.Sum(one => one.Slots.Count)));
        foreach (var slot in free)
        {
            part.MinBy(one => (!one.Placed.Contains(slot), one.Load, one.Slots.Count, one.Id))!.Add(slot, guess);
        }
    }

    /// <summary>Nobody has fewer slots than its number, also while nothing is known of loads.</summary>
    private static void Level(List<Part> part, int slots)
    {
        var least = slots / part.Count;
        while (part.MinBy(one => (one.Lanes(slots), one.Id))! is var poor && poor.Lanes(slots) + poor.Coming < least)
        {
            var rich = part.MaxBy(one => (one.Lanes(slots), one.Load))!;
            if (rich.Lanes(slots) <= least || !rich.Movable(slots).Any())
            {
                return;
            }

            var want = (rich.Load - poor.Load - poor.ComingLoad) / 2;
            Part.Move(rich, poor, rich.Movable(slots)
                .MinBy(slot => (rich.Offer.Held.Contains(slot), Math.Abs(rich.LoadOf(slot) - want), (slot + 1) % 2, slot)));
        }
    }

    /// <summary>One slot where that gains much; with <paramref name="levels"/> as many as gain anything.</summary>
    private static void MoveSome(List<Part> part, int slots, bool levels)
    {
        if (part.Exists(one => one.Coming > 0 || one.Offer.Leaving.Count > 0))
        {
            return;
        }

        var (mean, most) = (part.Sum(one => one.Load) / part.Count, levels ? slots : 1);
        for (var moved = 0; moved < most && TryMove(part, slots, levels ? 0 : mean / 5); moved++)
        {
        }
    }

    private static bool TryMove(List<Part> part, int slots, long gain)
    {
        var rich = part.MaxBy(one => (one.Load + one.ComingLoad, one.Id))!;
        var poor = part.MinBy(one => (one.Load + one.ComingLoad, one.Id))!;
        var (much, little) = (rich.Load + rich.ComingLoad, poor.Load + poor.ComingLoad);
        var best = rich.Movable(slots).Select(slot => (slot, Max: Math.Max(much - rich.LoadOf(slot), little + rich.LoadOf(slot))))
            .OrderBy(move => (move.Max, move.slot)).FirstOrDefault();
        if (rich == poor || rich.Lanes(slots) <= 1 || best.Max <= 0 || much - best.Max <= gain)
        {
            return false;
        }

        Part.Move(rich, poor, best.slot);
        return true;
    }

    /// <summary>A worker while shares are worked out.</summary>
    private sealed class Part(string id, WorkerOffer offer)
    {
        private readonly Dictionary<int, long> _slots = [];

        public string Id => id;

        public WorkerOffer Offer => offer;

        public long Load { get; private set; }

        /// <summary>How many it will have once others gave them up.</summary>
        public int Coming { get; private set; }

        public long ComingLoad { get; private set; }

        /// <summary>Slots that an operator wants it to have.</summary>
        public HashSet<int> Placed { get; set; } = [];

        public HashSet<int> Slots => _slots.Keys.ToHashSet();

        public int Lanes(int slots) => _slots.Keys.Count(slot => slot < slots);

        public IEnumerable<int> Movable(int slots) => _slots.Keys.Where(slot => slot < slots && !Placed.Contains(slot)).Order();

        public long LoadOf(int slot) => _slots.GetValueOrDefault(slot);

        public void Add(int slot, long load)
        {
            _slots.Add(slot, load);
            Load += load;
        }

        public static void Move(Part from, Part to, int slot)
        {
            var load = from.LoadOf(slot);
            from._slots.Remove(slot);
            from.Load -= load;
            if (!from.Offer.Held.Contains(slot))
            {
                to.Add(slot, load);
                return;
            }

            to.Coming++;
            to.ComingLoad += load;
        }
    }
}
