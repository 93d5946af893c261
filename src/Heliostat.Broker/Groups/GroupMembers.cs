namespace Heliostat.Broker.Groups;

/// <summary>
/// Who is in a group, who leads it, and who was given an id and has not come back with it yet. Guarded by the group's lock.
/// Invariants: (A) the leader is a member, or there is none; (B) a static name leads to the member that has it, and to no other.
/// </summary>
internal sealed class GroupMembers
{
    private readonly Dictionary<string, GroupMember> _members = [];
    private readonly Dictionary<string, string> _static = [];
    private readonly Dictionary<string, long> _pending = [];

    public IReadOnlyCollection<GroupMember> All => _members.Values;

    public int Count => _members.Count;

    /// <summary>Members, and those that are to come back with the id they were given.</summary>
    public int CountWithPending => _members.Count + _pending.Count;

    public bool HasPending => _pending.Count > 0;

    /// <summary>The id of the member that assigns; null when there is none.</summary>
    public string? Leader { get; private set; }

    public GroupMember this[string memberId] => _members[memberId];

    public bool Knows(string memberId) => _members.ContainsKey(memberId) || _pending.ContainsKey(memberId);

    /// <summary>The member that has a static name now (KIP-345).</summary>
    public GroupMember? FindStatic(string? groupInstanceId) =>
        groupInstanceId is not null && _static.TryGetValue(groupInstanceId, out var id) ? _members[id] : null;

    /// <summary>Whether these credentials are those of a member.</summary>
    public ErrorCode Check(string memberId, string? groupInstanceId)
    {
        if (groupInstanceId is not null)
        {
            if (!_static.TryGetValue(groupInstanceId, out var current)) return ErrorCode.UnknownMemberId;
            if (current != memberId) return ErrorCode.FencedInstanceId;
        }

        return _members.ContainsKey(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    /// <summary>Takes a member in; the first one leads.</summary>
    public void Add(GroupMember member)
    {
        _members.Add(member.MemberId, member);
        if (member.GroupInstanceId is { } instance) _static[instance] = member.MemberId;
        Leader ??= member.MemberId;
    }

    /// <summary>Puts a static member that was started again in the place of what it was.</summary>
    /// <returns>Whether it leads, as it did before.</returns>
    public bool Replace(GroupMember old, GroupMember member)
    {
        var leads = Leader == old.MemberId;
        _members.Remove(old.MemberId);
        Add(member);
        if (leads) Leader = member.MemberId;
        return leads;
    }

    public void Remove(GroupMember member)
    {
        _members.Remove(member.MemberId);
        if (member.GroupInstanceId is { } instance && _static.GetValueOrDefault(instance) == member.MemberId) _static.Remove(instance);
        if (Leader == member.MemberId) Leader = _members.Keys.FirstOrDefault();
    }

    /// <summary>Makes a member that waits to join the leader, unless the leader waits too; null in an empty group.</summary>
    public void ElectLeader()
    {
        if (Leader is null || _members[Leader].Joining is null)
            Leader = _members.Values.FirstOrDefault(member => member.Joining is not null)?.MemberId;
    }

    /// <summary>Gave out an id, which is forgotten at <paramref name="untilMs"/> (KIP-394).</summary>
    public void Expect(string memberId, long untilMs) => _pending[memberId] = untilMs;

    /// <summary>Whether the id had been given out; it is not awaited any more.</summary>
    public bool Arrived(string memberId) => _pending.Remove(memberId);

    public void ForgetPending() => _pending.Clear();

    public void ForgetPending(long nowMs)
    {
        foreach (var (memberId, _) in _pending.Where(pending => nowMs > pending.Value).ToList()) _pending.Remove(memberId);
    }

    /// <summary>Whether all members know one of <paramref name="protocols"/>.</summary>
    public bool Share(IReadOnlyList<GroupProtocol> protocols) =>
        protocols.Any(p => _members.Values.All(member => member.Protocols.Any(other => other.Name == p.Name)));

    /// <summary>Of what all members know, that which most of them like best; of several, the one that Java's HashMap has first.</summary>
    public string SelectProtocol()
    {
        var common = _members.Values
            .Select(member => member.Protocols.Select(p => p.Name)).Aggregate((all, names) => all.Intersect(names)).ToList();
        return _members.Values.Select(member => member.Protocols.First(p => common.Contains(p.Name)).Name)
            .CountBy(name => name)
            .OrderByDescending(votes => votes.Value)
            .ThenBy(votes => JavaBucket(votes.Key))
            .First()
            .Key;
    }

    /// <summary>Where a HashMap of a few strings keeps this one.</summary>
    private static int JavaBucket(string text)
    {
        var hash = 0;
        foreach (var c in text) hash = unchecked((31 * hash) + c);
        return (hash ^ (int)((uint)hash >> 16)) & 15;
    }
}
