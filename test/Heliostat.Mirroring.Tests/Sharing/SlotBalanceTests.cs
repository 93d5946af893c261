using Heliostat.Mirroring.Sharing;

namespace Heliostat.Mirroring.Tests.Sharing;

public sealed class SlotBalanceTests
{
    private static readonly Dictionary<string, string> File = new() { ["topics"] = "a" };

    [Fact]
    public void The_only_worker_gets_everything()
    {
        Assert.Equal(Enumerable.Range(0, 9), Shares(("a", Offer([])))["a"].Slots.Order());
    }

    [Fact]
    public void Who_comes_gets_its_number_once_others_gave_it_up()
    {
        var first = Shares(("a", Offer([0, 1, 2, 3, 4, 5, 6, 7, 8])), ("b", Offer([])));

        Assert.Equal((5, 0), (first["a"].Slots.Count, first["b"].Slots.Count));
        var left = first["a"].Slots.ToArray();
        var second = Shares(("a", Offer(left)), ("b", Offer([])));
        Assert.Equal(left, second["a"].Slots.Order());
        Assert.Equal(4, second["b"].Slots.Count);
    }

    [Fact]
    public void Neighbours_part_where_nothing_is_known_of_loads()
    {
        var kept = Shares(("a", Offer([0, 1, 2, 3, 4, 5, 6, 7, 8])), ("b", Offer([])))["a"].Slots.Where(slot => slot < 8).Order().ToArray();

        Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.True(pair.Second - pair.First > 1, string.Join(' ', kept)));
    }

    [Fact]
    public void What_is_being_given_up_is_given_to_nobody_and_nothing_more_is_taken()
    {
        var shares = Shares(("a", Offer([0, 1, 2, 3, 4, 5, 6, 7, 8], leaving: [0, 2, 4, 6])), ("b", Offer([])));

        Assert.Equal([1, 3, 5, 7, 8], shares["a"].Slots.Order());
        Assert.Empty(shares["b"].Slots);
    }

    [Fact]
    public void While_slots_change_hands_everybody_is_told()
    {
        Assert.All(Shares(("a", Offer([0, 1, 2, 3, 4, 5, 6, 7, 8])), ("b", Offer([]))).Values, share => Assert.True(share.IsMoving));
        Assert.All(Shares(("a", Offer([0, 1, 2, 3, 4, 8], leaving: [4])), ("b", Offer([5, 6, 7]))).Values,
            share => Assert.True(share.IsMoving));
        Assert.All(Shares(("a", Offer([0, 1, 2, 3, 8])), ("b", Offer([4, 5, 6, 7]))).Values, share => Assert.False(share.IsMoving));
    }

    [Fact]
    public void Who_is_not_ready_gets_nothing_while_others_are()
    {
        var coming = Shares(("a", Offer([0, 1, 2, 3, 4, 5, 6, 7, 8])), ("b", Offer([]) with { IsReady = false }));
        var free = Shares(("a", Offer([0, 1, 8])), ("b", Offer([]) with { IsReady = false }));
        var none = Shares(("a", Offer([]) with { IsReady = false }), ("b", Offer([]) with { IsReady = false }));

        Assert.Equal((9, 0, false, 2), (coming["a"].Slots.Count, coming["b"].Slots.Count, coming["b"].IsMoving, coming["b"].Workers));
        Assert.Equal((9, 0), (free["a"].Slots.Count, free["b"].Slots.Count));
        Assert.Equal([4, 5], none.Values.Select(share => share.Slots.Count).Order());
    }

    [Fact]
    public void Who_is_about_to_stop_keeps_what_it_has_and_gets_no_more()
    {
        var shares = Shares(("a", Offer([0, 1, 2, 3]) with { IsStopping = true }), ("b", Offer([4, 5])));

        Assert.Empty(shares["a"].Slots);
        Assert.Empty(shares["a"].Differs);
        Assert.Equal([4, 5, 6, 7, 8], shares["b"].Slots.Order());
        Assert.All(shares.Values, share => Assert.True(share is { IsMoving: true, Workers: 2 }));
    }

    [Fact]
    public void What_a_dead_worker_had_has_an_owner_at_once_and_what_is_held_stays()
    {
        var shares = Shares(("a", Offer([0, 1, 8], load: [(0, 1000), (1, 1000)])),
            ("b", Offer([2, 3, 4, 5], load: [(2, 10), (3, 10), (4, 10), (5, 10)])));

        Assert.Superset(new HashSet<int> { 2, 3, 4, 5 }, shares["b"].Slots.ToHashSet());
        Assert.Superset(new HashSet<int> { 0, 1, 8 }, shares["a"].Slots.ToHashSet());
        Assert.Equal(Enumerable.Range(0, 9), shares.Values.SelectMany(share => share.Slots).Order());
    }

    [Fact]
    public void A_slot_moves_for_its_load_only_where_that_pays()
    {
        var even = Shares(("a", Offer([0, 1, 2, 3, 8], load: [(0, 100), (1, 90)])), ("b", Offer([4, 5, 6, 7], load: [(4, 100), (5, 80)])));
        var uneven = Shares(("a", Offer([0, 1, 2, 3, 8], load: [(0, 100), (1, 90)])), ("b", Offer([4, 5, 6, 7], load: [(4, 10)])));

        Assert.Equal([0, 1, 2, 3, 8], even["a"].Slots.Order());
        Assert.Equal([0, 2, 3, 8], uneven["a"].Slots.Order());
        Assert.Equal([4, 5, 6, 7], uneven["b"].Slots.Order());
    }

    [Fact]
    public void The_file_that_most_have_works()
    {
        var other = new Dictionary<string, string> { ["topics"] = "b" };

        var shares = Shares(("a", Offer([0, 1, 2, 3, 4, 5, 6, 7, 8]) with { File = other }), ("b", Offer([])), ("c", Offer([])));

        Assert.Equal(["topics"], shares["a"].Differs);
        Assert.Empty(shares.Values.SelectMany(share => share.Slots));
        Assert.Equal(9,
            Shares(("a", Offer([]) with { File = other }), ("b", Offer([])), ("c", Offer([]))).Values.Sum(share => share.Slots.Count));
    }

    [Fact]
    public void Of_two_files_the_one_at_work_stays()
    {
        var shares = Shares(("a", Offer([]) with { File = new Dictionary<string, string> { ["topics"] = "b" } }),
            ("b", Offer([0, 1, 2, 3, 4, 5, 6, 7, 8])));

        Assert.Equal((0, 9), (shares["a"].Slots.Count, shares["b"].Slots.Count));
    }

    [Fact]
    public void What_cannot_be_understood_takes_no_part()
    {
        var shares = SlotBalance.Shares(new Dictionary<string, WorkerOffer?> { ["a"] = null, ["b"] = Offer([]) }, SlotWishes.None);

        Assert.Equal((0, 9), (shares["a"].Slots.Count, shares["b"].Slots.Count));
        Assert.NotEmpty(shares["a"].Differs);
    }

    [Fact]
    public void However_workers_come_and_go_every_slot_has_one_owner_and_shares_come_to_rest()
    {
        var random = new Random(7);
        Dictionary<string, HashSet<int>> held = [];
        for (var round = 0; round < 500; round++)
        {
            if (held.Count == 0 || random.Next(4) == 0)
            {
                held[$"w{round}"] = [];
            }
            else if (held.Count > 1 && random.Next(4) == 0)
            {
                held.Remove(held.Keys.ElementAt(random.Next(held.Count)));
            }

            for (var settle = 0; settle < 8; settle++)
            {
                var shares = Shares([.. held.Select(worker => (worker.Key, Offer([.. worker.Value])))]);
                foreach (var (id, share) in shares)
                {
                    held[id] = [.. share.Slots];
                }

                var all = held.Values.SelectMany(slots => slots).ToList();
                Assert.Equal(all.Count, all.Distinct().Count());
            }

            Assert.Equal(9, held.Values.Sum(slots => slots.Count));
            Assert.True(held.Values.Min(slots => slots.Count(slot => slot < 8)) >= 8 / held.Count, $"round {round}");
        }
    }

    [Fact]
    public void Who_is_drained_gives_up_what_it_has_and_gets_nothing()
    {
        var (a, b) = (("a", Offer([0, 1, 2, 3, 8]) with { Name = "first" }), ("b", Offer([4, 5, 6, 7]) with { Name = "second" }));

        var shares = Shares(Wishes(["first"]), a, b);
        Assert.Equal((0, 4, 2, true), (shares["a"].Slots.Count, shares["b"].Slots.Count, shares["a"].Workers, shares["b"].IsMoving));
        Assert.Empty(shares["a"].Differs);
        shares = Shares(Wishes(["first"]), ("a", Offer([]) with { Name = "first" }), b);
        Assert.Equal((0, 9, false), (shares["a"].Slots.Count, shares["b"].Slots.Count, shares["b"].IsMoving));

        // Nobody else is there: the flow goes on all the same.
        Assert.Equal(9, Shares(Wishes(["first", "second"]), ("a", Offer([]) with { Name = "first" }))["a"].Slots.Count);
    }

    [Fact]
    public void A_slot_with_a_place_goes_there_and_stays_whatever_loads_say()
    {
        var (a, b) = (("a", Offer([0, 1, 2, 3, 8]) with { Name = "first" }), ("b", Offer([4, 5, 6, 7]) with { Name = "second" }));
        var wishes = Wishes([], (0, "second"), (1, "second"), (2, "nobody"));

        var shares = Shares(wishes, a, b);
        Assert.Equal([2, 3, 8], shares["a"].Slots.Order());
        Assert.Equal([4, 5, 6, 7], shares["b"].Slots.Order());
        shares = Shares(wishes, ("a", Offer([2, 3, 8]) with { Name = "first" }), b);
        Assert.Equal([0, 1], shares["b"].Slots.Order().Take(2));
        Assert.Equal(4, shares["b"].Slots.Count);
        var loaded = Offer([0, 1], load: [(0, 1000), (1, 1000)]) with { Name = "second" };
        shares = Shares(wishes, ("a", Offer([2, 3, 4, 5, 6, 7, 8]) with { Name = "first" }), ("b", loaded));
        Assert.Contains(0, shares["b"].Slots);
        Assert.Contains(1, shares["b"].Slots);
    }

    [Fact]
    public void Levelling_moves_as_many_as_gain_anything()
    {
        var a = Offer([0, 1, 2, 3, 8], load: [(0, 30), (1, 30), (2, 30), (3, 30)]);
        var b = Offer([4, 5, 6, 7], load: [(4, 26), (5, 26), (6, 26), (7, 26)]);

        Assert.Equal(4, Shares(("a", a), ("b", b))["a"].Slots.Count(slot => slot < 8));
        a = Offer([0, 1, 2, 3, 4, 5, 8], load: [.. Enumerable.Range(0, 6).Select(slot => (slot, 10L))]);
        b = Offer([6, 7], load: [(6, 1), (7, 1)]);
        Assert.Equal(4, Shares(SlotWishes.None with { Levels = true }, ("a", a), ("b", b))["a"].Slots.Count(slot => slot < 8));
    }

    [Fact]
    public void What_is_said_is_read_again()
    {
        var offer = Offer([1, 2], leaving: [2], load: [(1, 77)]);
        var read = WorkerOffer.Read(offer.Write())!;

        Assert.Equal((offer.Name, offer.Slots, 77), (read.Name, read.Slots, read.LoadOf(1)));
        Assert.Equal([1, 2], read.Held.Order());
        Assert.Equal([2], read.Leaving);
        Assert.Equal(offer.File, read.File);
        Assert.Equal((null, false, true), (read.Process, read.IsStopping, read.IsReady));
        read = WorkerOffer.Read((offer with { Process = "here/1/2", IsStopping = true, IsReady = false }).Write())!;
        Assert.Equal(("here/1/2", true, false), (read.Process, read.IsStopping, read.IsReady));
        Assert.True(WorkerShare.Read((new WorkerShare(new HashSet<int>(), 2, []) with { IsMoving = true }).Write())!.IsMoving);
        var share = WorkerShare.Read(new WorkerShare(new HashSet<int> { 3 }, 2, ["topics"]).Write())!;
        Assert.Equal((3, 2, "topics"), (share.Slots.Single(), share.Workers, share.Differs.Single()));
        Assert.Null(WorkerOffer.Read("{}"u8.ToArray()));
        Assert.Null(WorkerShare.Read("no"u8.ToArray()));
    }

    private static IReadOnlyDictionary<string, WorkerShare> Shares(params (string Id, WorkerOffer Offer)[] offers) =>
        Shares(SlotWishes.None, offers);

    private static IReadOnlyDictionary<string, WorkerShare> Shares(SlotWishes wishes, params (string Id, WorkerOffer Offer)[] offers) =>
        SlotBalance.Shares(offers.ToDictionary(offer => offer.Id, offer => (WorkerOffer?)offer.Offer), wishes);

    private static SlotWishes Wishes(string[] drained, params (int Slot, string Worker)[] places) =>
        new(drained.ToHashSet(), places.ToDictionary(place => place.Slot, place => place.Worker));

    private static WorkerOffer Offer(int[] held, int[]? leaving = null, (int Slot, long Load)[]? load = null) =>
        new("w", 8, held.ToHashSet(), (leaving ?? []).ToHashSet(), (load ?? []).ToDictionary(l => l.Slot, l => l.Load), File);
}
