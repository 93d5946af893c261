using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Groups;

internal sealed partial class Group
{
    /// <summary>The first join of a group without members waits a little for others (group.initial.rebalance.delay.ms).</summary>
    private void PrepareRebalance(long nowMs)
    {
        if (State == GroupState.CompletingRebalance)
        {
            foreach (var member in _members.Values) Answer(member, new SyncGroupResponse { ErrorCode = ErrorCode.RebalanceInProgress });
        }

        var delayMs = State == GroupState.Empty ? (long)settings.GroupInitialRebalanceDelay.TotalMilliseconds : 0;
        State = GroupState.PreparingRebalance;
        _joinNotBeforeMs = nowMs + delayMs;
        _joinDeadlineMs = nowMs + Math.Max(delayMs, _members.Values.Select(member => member.RebalanceTimeoutMs).DefaultIfEmpty(0).Max());
        TryCompleteJoin(nowMs);
    }

    /// <summary>Ends the joining when everybody is there, or when time is up, without those who are not; static members stay (KIP-345).</summary>
    private void TryCompleteJoin(long nowMs)
    {
        if (State != GroupState.PreparingRebalance || nowMs < _joinNotBeforeMs) return;

        var missing = _members.Values.Any(member => member.Joining is null) || _pendingMembers.Count > 0;
        if (missing && nowMs < _joinDeadlineMs) return;

        _pendingMembers.Clear();
        foreach (var member in _members.Values.Where(member => member.Joining is null && member.GroupInstanceId is null).ToList())
            Remove(member, ErrorCode.UnknownMemberId);
        if (_members.Values.All(member => member.Joining is null) && _members.Count > 0)
        {
            // Static members only, none of them here: they are waited for until their sessions end.
            _joinDeadlineMs = nowMs + _members.Values.Max(member => member.RebalanceTimeoutMs);
            return;
        }

        Generation++;
        if (_members.Count == 0)
        {
            State = GroupState.Empty;
            _protocol = null;
            _leader = null;
            return;
        }

        State = GroupState.CompletingRebalance;
        _protocol = SelectProtocol();
        if (_leader is null || _members[_leader].Joining is null) _leader = _members.Values.First(member => member.Joining is not null).MemberId;
        _syncDeadlineMs = nowMs + _members.Values.Max(member => member.RebalanceTimeoutMs);
        foreach (var member in _members.Values)
        {
            member.Assignment = [];
            if (member.Joining is null) continue;

            member.LastHeartbeatMs = nowMs;
            Answer(member, Joined(member, skipAssignment: false));
        }
    }

    /// <summary>Members that joined and did not sync in time are out.</summary>
    private void ExpireSync(long nowMs)
    {
        foreach (var member in _members.Values.Where(member => member.Syncing is null).ToList()) Remove(member, ErrorCode.UnknownMemberId);
        PrepareRebalance(nowMs);
    }

    /// <summary>Of what all members know, that which most of them like best; of several, the one that Java's HashMap has first.</summary>
    private string SelectProtocol()
    {
        var common = _members.Values.Select(member => member.Protocols.Select(p => p.Name)).Aggregate((all, names) => all.Intersect(names)).ToList();
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

    private JoinGroupResponse Joined(GroupMember member, bool skipAssignment) => new()
    {
        GenerationId = Generation,
        ProtocolType = ProtocolType,
        ProtocolName = _protocol,
        Leader = _leader ?? "",
        MemberId = member.MemberId,
        SkipAssignment = skipAssignment,
        Members = member.MemberId != _leader
            ? []
            :
            [
                .. _members.Values.Select(other => new JoinGroupResponseMember
                {
                    MemberId = other.MemberId,
                    GroupInstanceId = other.GroupInstanceId,
                    Metadata = other.Metadata(_protocol ?? ""),
                }),
            ],
    };

    private static void Answer(GroupMember member, JoinGroupResponse response)
    {
        var joining = member.Joining;
        member.Joining = null;
        joining?.TrySetResult(response);
    }

    private static void Answer(GroupMember member, SyncGroupResponse response)
    {
        var syncing = member.Syncing;
        member.Syncing = null;
        syncing?.TrySetResult(response);
    }
}
