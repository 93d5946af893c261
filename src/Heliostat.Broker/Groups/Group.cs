using Heliostat.Broker.Configs;
using Heliostat.Broker.Storage;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Groups;

/// <summary>
/// A consumer group of the classic protocol and its offsets (ClassicGroup). Its methods take its lock; answers that wait are tasks that
/// are completed by whoever brings the group forward.
/// Invariants: (A) only in CompletingRebalance and Stable do members have a generation; (B) the leader is a member, or there is none;
/// (C) in Stable no member waits, in CompletingRebalance none waits to join.
/// </summary>
internal sealed partial class Group(string groupId, BrokerSettings settings, StateJournal journal, Random random)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, GroupMember> _members = [];
    private readonly Dictionary<string, string> _static = [];
    private readonly Dictionary<string, long> _pendingMembers = [];
    private string? _leader;
    private string? _protocol;
    private long _joinDeadlineMs;
    private long _joinNotBeforeMs;
    private long _syncDeadlineMs;

    public string GroupId { get; } = groupId;

    public GroupState State { get; private set; }

    public int Generation { get; private set; }

    public string ProtocolType { get; private set; } = "";

    public GroupOffsets Offsets { get; } = new(groupId, journal);

    /// <summary>The lock of everything here, for who reads or changes <see cref="Offsets"/>.</summary>
    public Lock Sync => _lock;

    public bool IsSubscribedTo(string topic)
    {
        lock (_lock) return ProtocolType == ConsumerSubscriptions.ProtocolType && _members.Values.Any(m => ConsumerSubscriptions.Topics(m, _protocol).Contains(topic));
    }

    /// <summary>Whether a commit with these credentials may change offsets now.</summary>
    public ErrorCode CheckCommit(string memberId, string? groupInstanceId, int generation, bool transactional)
    {
        if (State == GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (generation < 0 && State == GroupState.Empty) return ErrorCode.None;
        if (transactional && generation < 0 && memberId.Length == 0 && groupInstanceId is null) return ErrorCode.None;
        if (generation < 0 && memberId.Length == 0 && groupInstanceId is null) return ErrorCode.UnknownMemberId;
        if (CheckMember(memberId, groupInstanceId) is var error and not ErrorCode.None) return error;
        if (generation != Generation) return ErrorCode.IllegalGeneration;

        return State == GroupState.CompletingRebalance && !transactional ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    public ErrorCode Heartbeat(string memberId, string? groupInstanceId, int generation, long nowMs)
    {
        lock (_lock)
        {
            if (State is GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
            if (CheckMember(memberId, groupInstanceId) is var error and not ErrorCode.None) return error;
            if (generation != Generation) return ErrorCode.IllegalGeneration;

            _members[memberId].LastHeartbeatMs = nowMs;
            return State == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        }
    }

    public ErrorCode Leave(ref string memberId, string? groupInstanceId, long nowMs)
    {
        lock (_lock)
        {
            if (State is GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
            if (groupInstanceId is null && _pendingMembers.Remove(memberId))
            {
                TryCompleteJoin(nowMs);
                return ErrorCode.None;
            }

            if (groupInstanceId is not null && memberId.Length == 0 && _static.TryGetValue(groupInstanceId, out var known)) memberId = known;
            if (CheckMember(memberId, groupInstanceId) is var error and not ErrorCode.None) return error;

            Remove(_members[memberId], ErrorCode.UnknownMemberId);
            RebalanceAfterLoss(nowMs);
            return ErrorCode.None;
        }
    }

    /// <summary>Removes a group without members (DeleteGroups).</summary>
    public ErrorCode Delete()
    {
        lock (_lock)
        {
            if (State == GroupState.Dead) return ErrorCode.GroupIdNotFound;
            if (State != GroupState.Empty) return ErrorCode.NonEmptyGroup;

            Offsets.Clear();
            State = GroupState.Dead;
            return ErrorCode.None;
        }
    }

    /// <summary>Lets time pass: sessions end, rebalances stop waiting.</summary>
    public void Tick(long nowMs)
    {
        lock (_lock)
        {
            var expired = _members.Values.Where(member => member.IsExpired(nowMs)).ToList();
            foreach (var member in expired) Remove(member, ErrorCode.UnknownMemberId);
            if (expired.Count > 0) RebalanceAfterLoss(nowMs);

            foreach (var (memberId, _) in _pendingMembers.Where(pending => nowMs > pending.Value).ToList()) _pendingMembers.Remove(memberId);
            if (State == GroupState.PreparingRebalance) TryCompleteJoin(nowMs);
            if (State == GroupState.CompletingRebalance && nowMs > _syncDeadlineMs) ExpireSync(nowMs);
        }
    }

    public DescribeGroupsDescribedGroup Describe()
    {
        lock (_lock)
        {
            var hasProtocol = State == GroupState.Stable;
            return new DescribeGroupsDescribedGroup
            {
                GroupId = GroupId,
                GroupState = State.ToString(),
                ProtocolType = ProtocolType,
                ProtocolData = hasProtocol ? _protocol ?? "" : "",
                Members =
                [
                    .. _members.Values.Select(member => new DescribedGroupMember
                    {
                        MemberId = member.MemberId,
                        GroupInstanceId = member.GroupInstanceId,
                        ClientId = member.ClientId,
                        ClientHost = member.ClientHost,
                        MemberMetadata = hasProtocol ? member.Metadata(_protocol ?? "") : [],
                        MemberAssignment = member.Assignment,
                    }),
                ],
            };
        }
    }

    private ErrorCode CheckMember(string memberId, string? groupInstanceId)
    {
        if (groupInstanceId is not null)
        {
            if (!_static.TryGetValue(groupInstanceId, out var current)) return ErrorCode.UnknownMemberId;
            if (current != memberId) return ErrorCode.FencedInstanceId;
        }

        return _members.ContainsKey(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    private void Remove(GroupMember member, ErrorCode error)
    {
        _members.Remove(member.MemberId);
        if (member.GroupInstanceId is { } instance && _static.GetValueOrDefault(instance) == member.MemberId) _static.Remove(instance);
        if (_leader == member.MemberId) _leader = _members.Keys.FirstOrDefault();
        member.Joining?.TrySetResult(new JoinGroupResponse { ErrorCode = error, MemberId = member.MemberId, ProtocolName = null });
        member.Syncing?.TrySetResult(new SyncGroupResponse { ErrorCode = error });
    }

    private void RebalanceAfterLoss(long nowMs)
    {
        if (State is GroupState.Stable or GroupState.CompletingRebalance) PrepareRebalance(nowMs);
        else if (State == GroupState.PreparingRebalance) TryCompleteJoin(nowMs);
    }
}
