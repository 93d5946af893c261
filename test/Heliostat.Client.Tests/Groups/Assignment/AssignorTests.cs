using Heliostat.Client.Groups.Assignment;

namespace Heliostat.Client.Tests.Groups.Assignment;

public sealed class AssignorTests
{
    private static readonly Dictionary<string, int> TwoTopics = new() { ["a"] = 3, ["b"] = 3 };

    [Fact]
    public void Range_gives_equal_partitions_of_equal_topics_to_one_member()
    {
        var assignment = Assignors.Range.Assign(TwoTopics, [Member("m2", "a", "b"), Member("m1", "a", "b")]);

        Assert.Equal(Partitions("a-0 a-1 b-0 b-1"), assignment["m1"]);
        Assert.Equal(Partitions("a-2 b-2"), assignment["m2"]);
    }

    [Fact]
    public void Range_serves_static_members_first_and_by_instance_id()
    {
        var assignment = Assignors.Range.Assign(
            new Dictionary<string, int> { ["a"] = 3 },
            [Member("m1", "a"), Member("m9", "a") with { GroupInstanceId = "i2" }, Member("m8", "a") with { GroupInstanceId = "i1" }]);

        Assert.Equal(Partitions("a-0"), assignment["m8"]);
        Assert.Equal(Partitions("a-1"), assignment["m9"]);
        Assert.Equal(Partitions("a-2"), assignment["m1"]);
    }

    [Fact]
    public void Round_robin_passes_over_members_that_are_not_subscribed()
    {
        var assignment = Assignors.RoundRobin.Assign(TwoTopics, [Member("m1", "a"), Member("m2", "a", "b")]);

        Assert.Equal(Partitions("a-0 a-2"), assignment["m1"]);
        Assert.Equal(Partitions("a-1 b-0 b-1 b-2"), assignment["m2"]);
    }

    [Fact]
    public void Topics_that_do_not_exist_are_left_out()
    {
        foreach (var assignor in Assignors.All)
        {
            var assignment = assignor.Assign(TwoTopics, [Member("m1", "gone"), Member("m2", "a", "gone")]);

            Assert.Empty(assignment["m1"]);
            Assert.Equal(Partitions("a-0 a-1 a-2"), assignment["m2"]);
        }
    }

    [Fact]
    public void A_member_without_topics_gets_nothing()
    {
        foreach (var assignor in Assignors.All)
        {
            Assert.Empty(assignor.Assign(TwoTopics, [Member("m1")])["m1"]);
        }
    }

    [Fact]
    public void Sticky_leaves_everything_where_it_is_when_a_member_goes()
    {
        var assignment = Assignors.Sticky.Assign(
            TwoTopics, [Remembers("m1", 4, "a-0 b-1"), Remembers("m2", 4, "a-1 b-2")]);

        Assert.Superset(Partitions("a-0 b-1").ToHashSet(), assignment["m1"].ToHashSet());
        Assert.Superset(Partitions("a-1 b-2").ToHashSet(), assignment["m2"].ToHashSet());
        Assert.Equal(3, assignment["m1"].Count);
    }

    [Fact]
    public void Sticky_moves_along_a_chain_where_no_single_move_helps()
    {
        // m1 can only give b to m2, which can only give c to m3.
        var counts = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2, ["c"] = 2 };

        var assignment = Assignors.Sticky.Assign(
            counts,
            [
                Remembers("m1", 1, "a-0 b-0 b-1") with { Topics = ["a", "b"] },
                Remembers("m2", 1, "c-0 c-1") with { Topics = ["b", "c"] },
                Remembers("m3", 1, "") with { Topics = ["c"] },
            ]);

        Assert.Equal([2, 2, 1], assignment.Values.Select(p => p.Count).OrderDescending());
        Assert.Single(assignment["m3"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sticky_shares_ten_thousand_partitions_among_a_hundred_members(bool alike)
    {
        var random = new Random(7);
        var counts = Enumerable.Range(0, 500).ToDictionary(i => $"t{i:000}", _ => 20);
        var first = Assignors.Sticky.Assign(counts, [.. Members(60)]);

        var second = Assignors.Sticky.Assign(
            counts,
            [.. Members(100).Select(m => m with { UserData = StickyUserData.Write(first.GetValueOrDefault(m.MemberId) ?? [], 1) })]);

        Assert.Equal(10_000, second.Values.SelectMany(p => p).Distinct().Count());
        Assert.Equal(100, second.Values.Max(p => p.Count));
        Assert.Equal(100, second.Values.Min(p => p.Count));
        if (alike)
        {
            Assert.Equal(6_000, first.Sum(m => m.Value.Intersect(second[m.Key]).Count()));
        }

        IEnumerable<GroupMember> Members(int count) => Enumerable.Range(0, count).Select(i =>
            new GroupMember($"m{i}", null, [.. counts.Keys.Where(_ => alike || random.Next(10) > 0)]));
    }

    [Fact]
    public void Sticky_believes_the_latest_generation()
    {
        var assignment = Assignors.Sticky.Assign(
            new Dictionary<string, int> { ["a"] = 2 }, [Remembers("m1", 3, "a-0 a-1"), Remembers("m2", 5, "a-0")]);

        Assert.Equal(Partitions("a-1"), assignment["m1"]);
        Assert.Equal(Partitions("a-0"), assignment["m2"]);
    }

    [Fact]
    public void Sticky_ignores_user_data_that_it_cannot_read()
    {
        var assignment = Assignors.Sticky.Assign(TwoTopics, [Member("m1", "a", "b") with { UserData = new byte[] { 0, 0, 0, 9, 1 } }]);

        Assert.Equal(6, assignment["m1"].Count);
    }

    [Fact]
    public void Sticky_user_data_without_a_generation_is_of_schema_0()
    {
        var schema1 = StickyUserData.Write(Partitions("a-0 a-2"), 7);

        var (partitions, generation) = StickyUserData.Read(schema1[..^4]);

        Assert.Equal(Partitions("a-0 a-2"), partitions);
        Assert.Equal(-1, generation);
    }

    [Fact]
    public void Cooperative_sticky_gives_a_moving_partition_to_nobody_until_its_owner_gave_it_up()
    {
        var counts = new Dictionary<string, int> { ["a"] = 4 };

        var first = Assignors.CooperativeSticky.Assign(counts, [Owns("m1", 1, "a-0 a-1 a-2 a-3"), Member("m2", "a")]);
        var second = Assignors.CooperativeSticky.Assign(counts, [Owns("m1", 2, string.Join(' ', first["m1"])), Member("m2", "a")]);

        Assert.Equal(Partitions("a-0 a-1"), first["m1"]);
        Assert.Empty(first["m2"]);
        Assert.Equal(Partitions("a-0 a-1"), second["m1"]);
        Assert.Equal(Partitions("a-2 a-3"), second["m2"]);
    }

    [Fact]
    public void Cooperative_sticky_takes_a_partition_from_two_members_that_both_claim_it()
    {
        var assignment = Assignors.CooperativeSticky.Assign(
            new Dictionary<string, int> { ["a"] = 2 }, [Owns("m1", 3, "a-0"), Owns("m2", 3, "a-0 a-1")]);

        Assert.DoesNotContain(new TopicPartition("a", 0), assignment.Values.SelectMany(p => p));
    }

    [Fact]
    public void Default_strategies_have_one_in_common_with_every_Java_default_and_are_eager()
    {
        var names = Assignors.Default.Select(a => a.Name).ToList();

        Assert.Equal(["sticky", "range", "cooperative-sticky"], names);
        Assert.Contains("range", names); // Java before 3.0: range alone; since: range, cooperative-sticky
        Assert.False(Assignors.Default.All(a => a.SupportsCooperative));
    }

    private static GroupMember Member(string id, params string[] topics) => new(id, null, topics);

    private static GroupMember Owns(string id, int generation, string partitions) =>
        Member(id, "a", "b") with { OwnedPartitions = Partitions(partitions), Generation = generation };

    private static GroupMember Remembers(string id, int generation, string partitions) =>
        Member(id, "a", "b") with { UserData = StickyUserData.Write(Partitions(partitions), generation) };

    private static List<TopicPartition> Partitions(string text) =>
        [.. text
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => new TopicPartition(p.Split('-')[0], p.Split('-')[1][0] - '0'))];
}
