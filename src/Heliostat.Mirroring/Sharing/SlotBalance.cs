namespace Heliostat.Mirroring.Sharing;

/// <summary>
/// Shares a flow's slots out among its workers. Pure, and without memory: any leader comes to the same, from what the workers say of themselves.
/// <list type="bullet">
/// <item>A. A slot that somebody holds is given to nobody else. To move it, its holder's share lacks it; once that one says that it is given up, it is free.</item>
/// <item>B. What is free goes to the least loaded. No worker has fewer than its number; beyond that a slot moves only where the most loaded gets rid of more than
/// a fifth of the mean by it, one at a time.</item>
/// <item>C. Who is not ready yet gets nothing while others are.</item>
/// <item>D. Those whose file differs from that of most get nothing, nor do those that are about to stop.</item>
/// </list>
/// </summary>
internal static class SlotBalance
{
    /// <param name="offers">What each member says, by its id; null for one that cannot be understood.</param>
    /// <returns>Each member's share.</returns>
    public static IReadOnlyDictionary<string, WorkerShare> Shares(IReadOnlyDictionary<string, WorkerOffer?> offers)
    {
        var standard = Standard(offers);
        var part = offers.Where(offer => offer.Value is not null && IsSame(offer.Value, standard) && !offer.Value.IsStopping).Select(offer => new Part(offer.Key, offer.Value!)).OrderBy(p => p.Id, StringComparer.Ordinal).ToList();
        if (part.Count > 0)
        {
            var held = offers.Values.OfType<WorkerOffer>().SelectMany(offer => offer.Held).ToHashSet();
            Keep(part);
            List<int> free = [.. Enumerable.Range(0, standard!.Slots + 1).Where(slot => !held.Contains(slot))];
            var ready = part.Exists(one => one.Offer.IsReady) ? part.FindAll(one => one.Offer.IsReady) : part;
            GiveFree(ready, free);
            Level(ready, standard.Slots);
            if (free.Count == 0)
            {
                MoveOne(ready, standard.Slots);
            }
        }

        var moving = part.Exists(one => one.Coming > 0) || offers.Values.Any(offer => offer is { IsStopping: true } or { Leaving.Count: > 0 });
        var workers = part.Count + offers.Values.Count(offer => offer is { IsStopping: true } && IsSame(offer, standard));
        return offers.ToDictionary(offer => offer.Key, offer => (part.Find(p => p.Id == offer.Key) is { } in_
            ? new WorkerShare(in_.Slots, workers, [])
            : new WorkerShare(new HashSet<int>(), workers, offer.Value is null ? ["version"] : Differing(offer.Value, standard!))) with
        { IsMoving = moving });
    }

    /// <summary>The file that most have; of two, the one whose workers hold more now.</summary>
    private static WorkerOffer? Standard(IReadOnlyDictionary<string, WorkerOffer?> offers) => offers.OrderBy(offer => offer.Key, StringComparer.Ordinal)
        .Select(offer => offer.Value).OfType<WorkerOffer>().GroupBy(Digest, StringComparer.Ordinal)
        .OrderByDescending(same => same.Count()).ThenByDescending(same => same.Sum(offer => offer.Held.Count)).ThenBy(same => same.Key, StringComparer.Ordinal)
        .FirstOrDefault()?.First();

    private static string Digest(WorkerOffer offer) => string.Join(' ', offer.File.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => $"{key.Key}={key.Value}"));

    private static bool IsSame(WorkerOffer offer, WorkerOffer? standard) => standard is not null && Digest(offer) == Digest(standard);

    private static IReadOnlyList<string> Differing(WorkerOffer offer, WorkerOffer standard) =>
    [
        .. offer.File.Keys.Union(standard.File.Keys).Where(key => offer.File.GetValueOrDefault(key) != standard.File.GetValueOrDefault(key)).Order(StringComparer.Ordinal),
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
            part.MinBy(one => (one.Load, one.Slots.Count, one.Id))!.Add(slot, guess);
        }
    }

    /// <summary>Nobody has fewer slots than its number, also while nothing is known of loads.</summary>
    private static void Level(List<Part> part, int slots)
    {
        var least = slots / part.Count;
        while (part.MinBy(one => (one.Lanes(slots), one.Id))! is var poor && poor.Lanes(slots) + poor.Coming < least)
        {
            var rich = part.MaxBy(one => (one.Lanes(slots), one.Load))!;
            if (rich.Lanes(slots) <= least)
            {
                return;
            }

            var want = (rich.Load - poor.Load - poor.ComingLoad) / 2;
            Part.Move(rich, poor, rich.LaneSlots(slots).MinBy(slot => (rich.Offer.Held.Contains(slot), Math.Abs(rich.LoadOf(slot) - want), (slot + 1) % 2, slot)));
        }
    }

    private static void MoveOne(List<Part> part, int slots)
    {
        if (part.Exists(one => one.Coming > 0 || one.Offer.Leaving.Count > 0))
        {
            return;
        }

        var (rich, poor) = (part.MaxBy(one => (one.Load, one.Id))!, part.MinBy(one => (one.Load, one.Id))!);
        var mean = part.Sum(one => one.Load) / part.Count;
        var best = rich.LaneSlots(slots).Select(slot => (slot, Max: Math.Max(rich.Load - rich.LoadOf(slot), poor.Load + rich.LoadOf(slot)))).OrderBy(move => (move.Max, move.slot)).FirstOrDefault();
        if (rich != poor && rich.Lanes(slots) > 1 && best.Max > 0 && rich.Load - best.Max > mean / 5)
        {
            Part.Move(rich, poor, best.slot);
        }
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

        public HashSet<int> Slots => _slots.Keys.ToHashSet();

        public int Lanes(int slots) => _slots.Keys.Count(slot => slot < slots);

        public IEnumerable<int> LaneSlots(int slots) => _slots.Keys.Where(slot => slot < slots).Order();

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
