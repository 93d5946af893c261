using Heliostat.Broker.Storage;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Groups;

internal sealed partial class Group
{
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
            if (!Supports(request.ProtocolType, protocols)) return Refused(ErrorCode.InconsistentGroupProtocol, request.MemberId);

            var isKnown = _members.ContainsKey(request.MemberId) || _pendingMembers.ContainsKey(request.MemberId);
            if (!isKnown && _members.Count + _pendingMembers.Count >= settings.GroupMaxSize) return Refused(ErrorCode.GroupMaxSizeReached, "");

            if (request.MemberId.Length > 0) return Rejoin(request, protocols, clientId, clientHost, nowMs);
            if (request.GroupInstanceId is { } instance && _static.TryGetValue(instance, out var current))
                return Replace(_members[current], request, protocols, clientId, clientHost, nowMs);

            var memberId = $"{request.GroupInstanceId ?? clientId}-{KafkaUuid.Random(random)}";
            if (mustKnowId && request.GroupInstanceId is null)
            {
                _pendingMembers[memberId] = nowMs + request.SessionTimeoutMs;
                return Refused(ErrorCode.MemberIdRequired, memberId);
            }

            return Add(memberId, request, protocols, clientId, clientHost, nowMs);
        }
    }

    /// <summary>Brings the leader's assignment, or waits for it.</summary>
    public Task<SyncGroupResponse> SyncAsync(SyncGroupRequest request, long nowMs)
    {
        lock (_lock)
        {
            if (State == GroupState.Dead) return Refused(ErrorCode.CoordinatorNotAvailable);
            if (CheckMember(request.MemberId, request.GroupInstanceId) is var error and not ErrorCode.None) return Refused(error);
            if (request.GenerationId != Generation) return Refused(ErrorCode.IllegalGeneration);
            if ((request.ProtocolType ?? ProtocolType) != ProtocolType || (request.ProtocolName ?? _protocol) != _protocol)
                return Refused(ErrorCode.InconsistentGroupProtocol);

            var member = _members[request.MemberId];
            member.LastHeartbeatMs = nowMs;
            switch (State)
            {
                case GroupState.PreparingRebalance:
                    return Refused(ErrorCode.RebalanceInProgress);
                case GroupState.Stable:
                    return Task.FromResult(Synced(member));
                case GroupState.CompletingRebalance:
                    Answer(member, new SyncGroupResponse { ErrorCode = ErrorCode.RebalanceInProgress });
                    member.Syncing = new TaskCompletionSource<SyncGroupResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
                    var answer = member.Syncing.Task;
                    if (member.MemberId == _leader) Assign(request);
                    return answer;
                default:
                    return Refused(ErrorCode.UnknownMemberId);
            }
        }
    }

    private void Assign(SyncGroupRequest request)
    {
        foreach (var assignment in request.Assignments)
        {
            if (_members.TryGetValue(assignment.MemberId, out var assigned)) assigned.Assignment = assignment.Assignment.ToArray();
        }

        State = GroupState.Stable;
        foreach (var member in _members.Values) Answer(member, Synced(member));
    }

    private Task<JoinGroupResponse> Rejoin(JoinGroupRequest request, List<GroupProtocol> protocols, string clientId, string clientHost, long nowMs)
    {
        if (_pendingMembers.Remove(request.MemberId))
        {
            return request.GroupInstanceId is null
                ? Add(request.MemberId, request, protocols, clientId, clientHost, nowMs)
                : Refused(ErrorCode.UnknownMemberId, request.MemberId);
        }

        if (CheckMember(request.MemberId, request.GroupInstanceId) is var error and not ErrorCode.None) return Refused(error, request.MemberId);

        var member = _members[request.MemberId];
        var isSame = member.Matches(protocols);
        if ((State == GroupState.CompletingRebalance && isSame) || (State == GroupState.Stable && isSame && member.MemberId != _leader))
        {
            member.LastHeartbeatMs = nowMs;
            return Task.FromResult(Joined(member, skipAssignment: false));
        }

        return State == GroupState.Empty ? Refused(ErrorCode.UnknownMemberId, request.MemberId) : Await(member, request, protocols, nowMs);
    }

    /// <summary>A static member that was started again takes its place under a new id; it need not disturb the others (KIP-345).</summary>
    private Task<JoinGroupResponse> Replace(
        GroupMember old, JoinGroupRequest request, List<GroupProtocol> protocols, string clientId, string clientHost, long nowMs)
    {
        var wasLeader = _leader == old.MemberId;
        var selected = _protocol;
        _members.Remove(old.MemberId);
        Answer(old, new JoinGroupResponse { ErrorCode = ErrorCode.FencedInstanceId, MemberId = old.MemberId });
        Answer(old, new SyncGroupResponse { ErrorCode = ErrorCode.FencedInstanceId });

        var member = new GroupMember($"{request.GroupInstanceId}-{KafkaUuid.Random(random)}", request.GroupInstanceId, clientId, clientHost)
        {
            Assignment = old.Assignment,
            Protocols = protocols,
            SessionTimeoutMs = request.SessionTimeoutMs,
            RebalanceTimeoutMs = RebalanceTimeout(request),
            LastHeartbeatMs = nowMs,
        };
        _members.Add(member.MemberId, member);
        _static[request.GroupInstanceId!] = member.MemberId;
        if (wasLeader) _leader = member.MemberId;

        if (State == GroupState.Stable && selected == SelectProtocol() && old.Metadata(selected ?? "").AsSpan().SequenceEqual(member.Metadata(selected ?? "")))
            return Task.FromResult(Joined(member, skipAssignment: wasLeader));

        return Await(member, request, protocols, nowMs);
    }

    private Task<JoinGroupResponse> Add(
        string memberId, JoinGroupRequest request, List<GroupProtocol> protocols, string clientId, string clientHost, long nowMs)
    {
        var member = new GroupMember(memberId, request.GroupInstanceId, clientId, clientHost);
        if (_members.Count == 0) ProtocolType = request.ProtocolType;
        _members.Add(memberId, member);
        if (request.GroupInstanceId is { } instance) _static[instance] = memberId;
        _leader ??= memberId;
        return Await(member, request, protocols, nowMs);
    }

    private Task<JoinGroupResponse> Await(GroupMember member, JoinGroupRequest request, List<GroupProtocol> protocols, long nowMs)
    {
        Answer(member, new JoinGroupResponse { ErrorCode = ErrorCode.UnknownMemberId, MemberId = member.MemberId });
        member.Protocols = protocols;
        member.SessionTimeoutMs = request.SessionTimeoutMs;
        member.RebalanceTimeoutMs = RebalanceTimeout(request);
        member.LastHeartbeatMs = nowMs;
        member.Joining = new TaskCompletionSource<JoinGroupResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = member.Joining.Task;
        if (State == GroupState.PreparingRebalance)
        {
            _joinDeadlineMs = Math.Max(_joinDeadlineMs, _joinNotBeforeMs);
            TryCompleteJoin(nowMs);
        }
        else
        {
            PrepareRebalance(nowMs);
        }

        return answer;
    }

    private bool Supports(string protocolType, List<GroupProtocol> protocols)
    {
        if (protocolType.Length == 0 || protocols.Count == 0) return false;
        if (_members.Count == 0) return true;
        return protocolType == ProtocolType && protocols.Any(p => _members.Values.All(member => member.Protocols.Any(other => other.Name == p.Name)));
    }

    private SyncGroupResponse Synced(GroupMember member) => new() { ProtocolType = ProtocolType, ProtocolName = _protocol, Assignment = member.Assignment };

    private static int RebalanceTimeout(JoinGroupRequest request) => request.RebalanceTimeoutMs < 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs;

    private static Task<JoinGroupResponse> Refused(ErrorCode error, string memberId) =>
        Task.FromResult(new JoinGroupResponse { ErrorCode = error, MemberId = memberId, ProtocolName = null });

    private static Task<SyncGroupResponse> Refused(ErrorCode error) => Task.FromResult(new SyncGroupResponse { ErrorCode = error });
}
