using Heliostat.Broker.Configs;
using Heliostat.Broker.Storage;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Groups;

/// <summary>
/// A consumer group of the classic protocol and its offsets (ClassicGroup): says of each request whether it may be, and what comes of it.
/// Its methods take its lock; answers that wait are tasks that are completed by whoever brings the group forward.
/// </summary>
internal sealed class Group
{
    private readonly Lock _lock = new();
    private readonly GroupMembers _members = new();
    private readonly GroupRebalance _rebalance;
    private readonly BrokerSettings _settings;
    private readonly Random _random;

    public Group(string groupId, BrokerSettings settings, StateJournal journal, Random random)
    {
        GroupId = groupId;
        Offsets = new GroupOffsets(groupId, journal);
        _rebalance = new GroupRebalance(_members, settings);
        _settings = settings;
        _random = random;
    }

    public string GroupId { get; }

    public GroupState State => _rebalance.State;

    public int Generation => _rebalance.Generation;

    public string ProtocolType => _rebalance.ProtocolType;

    public GroupOffsets Offsets { get; }

    /// <summary>The lock of everything here, for who reads or changes <see cref="Offsets"/>.</summary>
    public Lock Sync => _lock;

    public bool IsSubscribedTo(string topic)
    {
        lock (_lock) return ProtocolType == ConsumerSubscriptions.ProtocolType
            && _members.All.Any(m => ConsumerSubscriptions.Topics(m, _rebalance.Protocol).Contains(topic));
    }

    /// <summary>Whether a commit with these credentials may change offsets now.</summary>
    public ErrorCode CheckCommit(string memberId, string? groupInstanceId, int generation, bool transactional)
    {
        if (State == GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (generation < 0 && State == GroupState.Empty) return ErrorCode.None;
        if (transactional && generation < 0 && memberId.Length == 0 && groupInstanceId is null) return ErrorCode.None;
        if (generation < 0 && memberId.Length == 0 && groupInstanceId is null) return ErrorCode.UnknownMemberId;
        if (_members.Check(memberId, groupInstanceId) is var error and not ErrorCode.None) return error;
        if (generation != Generation) return ErrorCode.IllegalGeneration;

        return State == GroupState.CompletingRebalance && !transactional ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>Joins; the task ends when the generation begins, or at once when there is nothing to wait for.</summary>
    /// <param name="request">The request; nothing of its frame is kept.</param>
    /// <param name="clientId">The client's name, of which member ids are made.</param>
    /// <param name="clientHost">Where it is, for who describes the group.</param>
    /// <param name="mustKnowId">Whether a new member must first be given an id and come back with it (KIP-394).</param>
    /// <param name="nowMs">The time.</param>
    public Task<JoinGroupResponse> JoinAsync(JoinGroupRequest request, string clientId, string clientHost, bool mustKnowId, long nowMs)
    {
        var protocols = request.Protocols.Select(p => new GroupProtocol(p.Name, p.Metadata.ToArray())).ToList();
        lock (_lock)
        {
            if (State == GroupState.Dead) return Refused(ErrorCode.CoordinatorNotAvailable, request.MemberId);
            if (!_rebalance.Supports(request.ProtocolType, protocols))
                return Refused(ErrorCode.InconsistentGroupProtocol, request.MemberId);
            if (!_members.Knows(request.MemberId) && _members.CountWithPending >= _settings.GroupMaxSize)
                return Refused(ErrorCode.GroupMaxSizeReached, "");

            if (request.MemberId.Length > 0 && !_members.Arrived(request.MemberId)) return Rejoin(request, protocols, nowMs);
            if (request.MemberId.Length > 0 && request.GroupInstanceId is not null)
                return Refused(ErrorCode.UnknownMemberId, request.MemberId);

            var memberId = request.MemberId.Length > 0
                ? request.MemberId
                : $"{request.GroupInstanceId ?? clientId}-{KafkaUuid.Random(_random)}";
            if (request.MemberId.Length == 0 && mustKnowId && request.GroupInstanceId is null)
            {
                _members.Expect(memberId, nowMs + request.SessionTimeoutMs);
                return Refused(ErrorCode.MemberIdRequired, memberId);
            }

            var member = new GroupMember(memberId, request.GroupInstanceId, clientId, clientHost);
            Update(member, request, protocols, nowMs);
            if (request.MemberId.Length == 0 && _members.FindStatic(request.GroupInstanceId) is { } old) return Replace(old, member, nowMs);

            _rebalance.Add(member, request.ProtocolType);
            return _rebalance.JoinAsync(member, nowMs);
        }
    }

    /// <summary>Brings the leader's assignment, or waits for it.</summary>
    public Task<SyncGroupResponse> SyncAsync(SyncGroupRequest request, long nowMs)
    {
        lock (_lock)
        {
            if (State == GroupState.Dead) return Refused(ErrorCode.CoordinatorNotAvailable);
            if (_members.Check(request.MemberId, request.GroupInstanceId) is var error and not ErrorCode.None) return Refused(error);
            if (request.GenerationId != Generation) return Refused(ErrorCode.IllegalGeneration);
            if ((request.ProtocolType ?? ProtocolType) != ProtocolType
                || (request.ProtocolName ?? _rebalance.Protocol) != _rebalance.Protocol)
                return Refused(ErrorCode.InconsistentGroupProtocol);

            var member = _members[request.MemberId];
            member.LastHeartbeatMs = nowMs;
            switch (State)
            {
                case GroupState.PreparingRebalance:
                    return Refused(ErrorCode.RebalanceInProgress);
                case GroupState.Stable:
                    return Task.FromResult(_rebalance.Synced(member));
                case GroupState.CompletingRebalance:
                    var answer = member.BeginSync();
                    if (member.MemberId == _members.Leader) _rebalance.Assign(request.Assignments);
                    return answer;
                default:
                    return Refused(ErrorCode.UnknownMemberId);
            }
        }
    }

    public ErrorCode Heartbeat(string memberId, string? groupInstanceId, int generation, long nowMs)
    {
        lock (_lock)
        {
            if (State is GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
            if (_members.Check(memberId, groupInstanceId) is var error and not ErrorCode.None) return error;
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
            if (groupInstanceId is null && _members.Arrived(memberId))
            {
                if (State == GroupState.PreparingRebalance) _rebalance.Lost(nowMs);
                return ErrorCode.None;
            }

            if (memberId.Length == 0 && _members.FindStatic(groupInstanceId) is { } known) memberId = known.MemberId;
            if (_members.Check(memberId, groupInstanceId) is var error and not ErrorCode.None) return error;

            _rebalance.Remove(_members[memberId]);
            _rebalance.Lost(nowMs);
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
            _rebalance.Die();
            return ErrorCode.None;
        }
    }

    /// <summary>Lets time pass: sessions end, rebalances stop waiting.</summary>
    public void Tick(long nowMs)
    {
        lock (_lock)
        {
            var expired = _members.All.Where(member => member.IsExpired(nowMs)).ToList();
            foreach (var member in expired) _rebalance.Remove(member);
            if (expired.Count > 0) _rebalance.Lost(nowMs);

            _members.ForgetPending(nowMs);
            _rebalance.Tick(nowMs);
        }
    }

    public DescribeGroupsDescribedGroup Describe()
    {
        lock (_lock)
        {
            var protocol = State == GroupState.Stable ? _rebalance.Protocol ?? "" : null;
            return new DescribeGroupsDescribedGroup
            {
                GroupId = GroupId,
                GroupState = State.ToString(),
                ProtocolType = ProtocolType,
                ProtocolData = protocol ?? "",
                Members =
                [
                    .. _members.All.Select(member => new DescribedGroupMember
                    {
                        MemberId = member.MemberId,
                        GroupInstanceId = member.GroupInstanceId,
                        ClientId = member.ClientId,
                        ClientHost = member.ClientHost,
                        MemberMetadata = protocol is null ? [] : member.Metadata(protocol),
                        MemberAssignment = member.Assignment,
                    }),
                ],
            };
        }
    }

    private Task<JoinGroupResponse> Rejoin(JoinGroupRequest request, List<GroupProtocol> protocols, long nowMs)
    {
        if (_members.Check(request.MemberId, request.GroupInstanceId) is var error and not ErrorCode.None)
            return Refused(error, request.MemberId);

        var member = _members[request.MemberId];
        var isSame = member.Matches(protocols);
        if ((State == GroupState.CompletingRebalance && isSame)
            || (State == GroupState.Stable && isSame && member.MemberId != _members.Leader))
        {
            member.LastHeartbeatMs = nowMs;
            return Task.FromResult(_rebalance.Joined(member, skipAssignment: false));
        }

        if (State == GroupState.Empty) return Refused(ErrorCode.UnknownMemberId, request.MemberId);

        Update(member, request, protocols, nowMs);
        return _rebalance.JoinAsync(member, nowMs);
    }

    /// <summary>A static member that was started again takes its place under a new id; it need not disturb the others (KIP-345).</summary>
    private Task<JoinGroupResponse> Replace(GroupMember old, GroupMember member, long nowMs)
    {
        var protocol = _rebalance.Protocol;
        old.Answer(new JoinGroupResponse { ErrorCode = ErrorCode.FencedInstanceId, MemberId = old.MemberId });
        old.Answer(new SyncGroupResponse { ErrorCode = ErrorCode.FencedInstanceId });
        member.Assignment = old.Assignment;
        var leads = _members.Replace(old, member);

        return State == GroupState.Stable && protocol == _members.SelectProtocol()
            && old.Metadata(protocol ?? "").AsSpan().SequenceEqual(member.Metadata(protocol ?? ""))
            ? Task.FromResult(_rebalance.Joined(member, skipAssignment: leads))
            : _rebalance.JoinAsync(member, nowMs);
    }

    private static void Update(GroupMember member, JoinGroupRequest request, List<GroupProtocol> protocols, long nowMs)
    {
        member.Protocols = protocols;
        member.SessionTimeoutMs = request.SessionTimeoutMs;
        member.RebalanceTimeoutMs = request.RebalanceTimeoutMs < 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs;
        member.LastHeartbeatMs = nowMs;
    }

    private static Task<JoinGroupResponse> Refused(ErrorCode error, string memberId) =>
        Task.FromResult(new JoinGroupResponse { ErrorCode = error, MemberId = memberId, ProtocolName = null });

    private static Task<SyncGroupResponse> Refused(ErrorCode error) => Task.FromResult(new SyncGroupResponse { ErrorCode = error });
}
