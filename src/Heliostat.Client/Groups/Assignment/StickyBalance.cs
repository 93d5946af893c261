namespace Heliostat.Client.Groups.Assignment;

/// <summary>
/// The sticky assignment. What must hold at the end:
/// A. every partition of a subscribed topic has exactly one owner, which subscribes to the topic;
/// B. no chain of moves between members would make the loads more even (so the assignment is as balanced as the subscriptions allow);
/// C. a partition leaves its owner only for the sake of B.
/// Fresh partitions fill the emptiest members first; then partitions move along the shortest chain from a member to one that has at least
/// two less.
/// </summary>
internal sealed class StickyBalance
{
    private readonly GroupMember[] _members;
    private readonly HashSet<string>[] _topics;
    private readonly List<TopicPartition>[] _held;
    private readonly IReadOnlyDictionary<string, int> _partitionCounts;
    private readonly OwnershipClaims _claims;

    /// <param name="partitionCounts">The topics that exist.</param>
    /// <param name="members">By member id; the claims name them by index.</param>
    /// <param name="claims">Who had what.</param>
    public StickyBalance(IReadOnlyDictionary<string, int> partitionCounts, GroupMember[] members, OwnershipClaims claims)
    {
        _partitionCounts = partitionCounts;
        _members = members;
        _claims = claims;
        _topics = [.. members.Select(m => m.Topics.Where(partitionCounts.ContainsKey).ToHashSet())];
        _held = [.. members.Select(_ => new List<TopicPartition>())];
    }

    public Dictionary<string, List<TopicPartition>> Assign()
    {
        FillEmptiestFirst(KeepOwned());
        Balance();
        var assignment = new Dictionary<string, List<TopicPartition>>(_members.Length);
        for (var i = 0; i < _members.Length; i++)
        {
            _held[i].Sort(ByTopic);
            assignment.Add(_members[i].MemberId, _held[i]);
        }

        return assignment;
    }

    /// <summary>
    /// Gives every partition to its owner where that still subscribes; returns the rest, those with the fewest takers first.
    /// </summary>
    private List<TopicPartition> KeepOwned()
    {
        var fresh = new List<TopicPartition>();
        var subscribed = _partitionCounts.Keys
            .Select(topic => (Topic: topic, Takers: _topics.Count(t => t.Contains(topic))))
            .Where(t => t.Takers > 0)
            .OrderBy(t => t.Takers).ThenBy(t => t.Topic, StringComparer.Ordinal);
        foreach (var (topic, _) in subscribed)
        {
            for (var i = 0; i < _partitionCounts[topic]; i++)
            {
                var partition = new TopicPartition(topic, i);
                var owner = _claims.OwnerOf(partition);
                (owner >= 0 && _topics[owner].Contains(topic) ? _held[owner] : fresh).Add(partition);
            }
        }

        return fresh;
    }

    private void FillEmptiestFirst(List<TopicPartition> fresh)
    {
        foreach (var partition in fresh)
        {
            var emptiest = -1;
            for (var i = 0; i < _members.Length; i++)
            {
                if ((emptiest < 0 || _held[i].Count < _held[emptiest].Count) && _topics[i].Contains(partition.Topic))
                {
                    emptiest = i;
                }
            }

            _held[emptiest].Add(partition);
        }
    }

    /// <summary>Always relieves the fullest member that can be relieved, so that nobody gives more than it must (C).</summary>
    private void Balance()
    {
        bool moved;
        do
        {
            moved = false;
            var stuck = new bool[_members.Length];
            for (var fullest = Fullest(stuck); fullest >= 0; fullest = Fullest(stuck))
            {
                stuck[fullest] = !Relieve(fullest);
                moved |= !stuck[fullest];
            }
        }
        while (moved);
    }

    private int Fullest(bool[] stuck)
    {
        var fullest = -1;
        for (var i = 0; i < _members.Length; i++)
        {
            if (!stuck[i] && (fullest < 0 || _held[i].Count > _held[fullest].Count))
            {
                fullest = i;
            }
        }

        return fullest;
    }

    /// <summary>
    /// Moves partitions along the shortest chain from <paramref name="member"/> to one with at least two less; false when there is none.
    /// </summary>
    private bool Relieve(int member)
    {
        var from = new int[_members.Length];
        Array.Fill(from, -1);
        from[member] = member;
        var reached = new Queue<int>([member]);
        var byLoad = Enumerable.Range(0, _members.Length).OrderBy(i => _held[i].Count).ToArray();
        while (reached.TryDequeue(out var giver))
        {
            foreach (var taker in byLoad)
            {
                if (from[taker] >= 0 || !_held[giver].Exists(p => _topics[taker].Contains(p.Topic)))
                {
                    continue;
                }

                from[taker] = giver;
                if (_held[taker].Count <= _held[member].Count - 2)
                {
                    MoveAlong(from, member, taker);
                    return true;
                }

                reached.Enqueue(taker);
            }
        }

        return false;
    }

    private void MoveAlong(int[] from, int first, int last)
    {
        for (var taker = last; taker != first; taker = from[taker])
        {
            var giver = from[taker];
            var best = -1;
            for (var i = 0; i < _held[giver].Count; i++)
            {
                if (_topics[taker].Contains(_held[giver][i].Topic)
                    && (best < 0 || CompareCost(_held[giver][i], _held[giver][best], giver, taker) < 0))
                {
                    best = i;
                }
            }

            _held[taker].Add(_held[giver][best]);
            _held[giver].RemoveAt(best);
        }
    }

    /// <summary>
    /// Cheapest first: what comes home to the taker, then what the giver did not own either, then the highest number, so that topics stay
    /// spread.
    /// </summary>
    private int CompareCost(TopicPartition a, TopicPartition b, int giver, int taker)
    {
        var cost = Cost(a, giver, taker).CompareTo(Cost(b, giver, taker));
        return cost != 0 ? cost
            : a.Partition != b.Partition ? b.Partition.CompareTo(a.Partition)
            : string.CompareOrdinal(b.Topic, a.Topic);
    }

    private int Cost(TopicPartition partition, int giver, int taker)
    {
        var owner = _claims.OwnerOf(partition);
        return owner == taker ? 0 : owner == giver ? 2 : 1;
    }

    private static int ByTopic(TopicPartition a, TopicPartition b)
    {
        var topics = string.CompareOrdinal(a.Topic, b.Topic);
        return topics != 0 ? topics : a.Partition.CompareTo(b.Partition);
    }
}
