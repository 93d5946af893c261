using Heliostat.Broker.Configs;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Groups;

/// <summary>
/// How a group of the classic protocol goes from one generation to the next: a machine without lock and clock, moved by joins, losses,
/// assignments and time. Empty -> PreparingRebalance on a join; -> CompletingRebalance when all have joined; -> Stable when the leader has
/// sent the assignment; back to PreparingRebalance when members come, go or change; -> Empty when the last one left; Dead when it was
/// deleted (ClassicGroupState). Answers that wait are tasks of the members, completed here. Guarded by the group's lock.
/// Invariants: (A) only in CompletingRebalance and Stable do members have a generation; (B) in Stable no member waits; (C) in
/// CompletingRebalance none waits to join; (D) an empty group has no members, and a group with members is not empty.
/// </summary>
internal sealed class GroupRebalance(GroupMembers members, BrokerSettings settings)
{
    private long _joinDeadlineMs;
    private long _joinNotBeforeMs;
    private long _syncDeadlineMs;

    public GroupState State { get; private set; } = GroupState.Empty;

    public int Generation { get; private set; }

    /// <summary>What kind of protocols the members speak: that of the first of them, also after they are gone.</summary>
    public string ProtocolType { get; private set; } = "";

    /// <summary>What all members of the generation speak; null when there is none.</summary>
    public string? Protocol { get; private set; }

    /// <summary>Takes a new member in.</summary>
    public void Add(GroupMember member, string protocolType)
    {
        if (members.Count == 0) ProtocolType = protocolType;
        members.Add(member);
    }

    /// <summary>Whether a member of a kind of protocols that knows these may join.</summary>
    public bool Supports(string protocolType, IReadOnlyList<GroupProtocol> protocols) =>
        protocolType.Length > 0 && protocols.Count > 0
            && (members.Count == 0 || (protocolType == ProtocolType && members.Share(protocols)));

    /// <summary>The member waits for the next generation, which its join begins to prepare; the task ends with that generation.</summary>
    public Task<JoinGroupResponse> JoinAsync(GroupMember member, long nowMs)
    {
        var answer = member.BeginJoin();
        if (State == GroupState.PreparingRebalance)
        {
            _joinDeadlineMs = Math.Max(_joinDeadlineMs, _joinNotBeforeMs);
            TryComplete(nowMs);
        }
        else
        {
            Prepare(nowMs);
        }

        return answer;
    }

    /// <summary>A member, or one that was awaited, is gone.</summary>
    public void Lost(long nowMs)
    {
        if (State is GroupState.Stable or GroupState.CompletingRebalance) Prepare(nowMs);
        else if (State == GroupState.PreparingRebalance) TryComplete(nowMs);
    }

    /// <summary>Takes a member out, whatever it waits for.</summary>
    public void Remove(GroupMember member)
    {
        members.Remove(member);
        member.Answer(new JoinGroupResponse { ErrorCode = ErrorCode.UnknownMemberId, MemberId = member.MemberId, ProtocolName = null });
        member.Answer(new SyncGroupResponse { ErrorCode = ErrorCode.UnknownMemberId });
    }

    /// <summary>The leader says who has what: the generation is complete.</summary>
    public void Assign(IEnumerable<SyncGroupRequestAssignment> assignments)
    {
        var byId = assignments.ToLookup(assignment => assignment.MemberId);
        foreach (var member in members.All)
        {
            if (byId[member.MemberId].LastOrDefault() is { } assigned) member.Assignment = assigned.Assignment.ToArray();
        }

        State = GroupState.Stable;
        foreach (var member in members.All) member.Answer(Synced(member));
    }

    /// <summary>Lets time pass: members that joined and did not sync in time are out, and nobody is waited for without end.</summary>
    public void Tick(long nowMs)
    {
        if (State == GroupState.PreparingRebalance) TryComplete(nowMs);
        if (State != GroupState.CompletingRebalance || nowMs <= _syncDeadlineMs) return;

        foreach (var member in members.All.Where(member => member.Syncing is null).ToList()) Remove(member);
        Prepare(nowMs);
    }

    /// <summary>The group was deleted.</summary>
    public void Die() => State = GroupState.Dead;

    public JoinGroupResponse Joined(GroupMember member, bool skipAssignment) => new()
    {
        GenerationId = Generation,
        ProtocolType = ProtocolType,
        ProtocolName = Protocol,
        Leader = members.Leader ?? "",
        MemberId = member.MemberId,
        SkipAssignment = skipAssignment,
        Members = member.MemberId != members.Leader
            ? []
            :
            [
                .. members.All.Select(other => new JoinGroupResponseMember
                {
                    MemberId = other.MemberId,
                    GroupInstanceId = other.GroupInstanceId,
                    Metadata = other.Metadata(Protocol ?? ""),
                }),
            ],
    };

    public SyncGroupResponse Synced(GroupMember member) =>
        new() { ProtocolType = ProtocolType, ProtocolName = Protocol, Assignment = member.Assignment };

    /// <summary>The first join of a group without members waits a little for others (group.initial.rebalance.delay.ms).</summary>
    private void Prepare(long nowMs)
    {
        if (State == GroupState.CompletingRebalance)
        {
            foreach (var member in members.All) member.Answer(new SyncGroupResponse { ErrorCode = ErrorCode.RebalanceInProgress });
        }

        var delayMs = State == GroupState.Empty ? (long)settings.GroupInitialRebalanceDelay.TotalMilliseconds : 0;
        State = GroupState.PreparingRebalance;
        _joinNotBeforeMs = nowMs + delayMs;
        _joinDeadlineMs = nowMs + Math.Max(delayMs, LongestTimeoutMs());
        TryComplete(nowMs);
    }

    /// <summary>
    /// Ends the joining when everybody is there, or when time is up, without those who are not; static members stay (KIP-345).
    /// </summary>
    private void TryComplete(long nowMs)
    {
        if (State != GroupState.PreparingRebalance || nowMs < _joinNotBeforeMs) return;

        var missing = members.All.Any(member => member.Joining is null) || members.HasPending;
        if (missing && nowMs < _joinDeadlineMs) return;

        members.ForgetPending();
        foreach (var member in members.All.Where(member => member.Joining is null && member.GroupInstanceId is null).ToList())
            Remove(member);
        if (members.All.All(member => member.Joining is null) && members.Count > 0)
        {
            // Static members only, none of them here: they are waited for until their sessions end.
            _joinDeadlineMs = nowMs + LongestTimeoutMs();
            return;
        }

        Generation++;
        members.ElectLeader();
        if (members.Count == 0)
        {
            State = GroupState.Empty;
            Protocol = null;
            return;
        }

        State = GroupState.CompletingRebalance;
        Protocol = members.SelectProtocol();
        _syncDeadlineMs = nowMs + LongestTimeoutMs();
        foreach (var member in members.All)
        {
            member.Assignment = [];
            if (member.Joining is null) continue;

            member.LastHeartbeatMs = nowMs;
            member.Answer(Joined(member, skipAssignment: false));
        }
    }

    private long LongestTimeoutMs() => members.All.Select(member => (long)member.RebalanceTimeoutMs).DefaultIfEmpty(0).Max();
}
