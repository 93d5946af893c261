using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Groups;

/// <summary>A member of a group. Guarded by the group's lock.</summary>
internal sealed class GroupMember(string memberId, string? groupInstanceId, string clientId, string clientHost)
{
    public string MemberId { get; } = memberId;

    /// <summary>The name of a static member (KIP-345); null of a dynamic one.</summary>
    public string? GroupInstanceId { get; } = groupInstanceId;

    public string ClientId { get; } = clientId;

    public string ClientHost { get; } = clientHost;

    public int SessionTimeoutMs { get; set; }

    public int RebalanceTimeoutMs { get; set; }

    /// <summary>What it can do, the best first.</summary>
    public IReadOnlyList<GroupProtocol> Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    public long LastHeartbeatMs { get; set; }

    /// <summary>Its JoinGroup, while that waits.</summary>
    public TaskCompletionSource<JoinGroupResponse>? Joining { get; private set; }

    /// <summary>Its SyncGroup, while that waits.</summary>
    public TaskCompletionSource<SyncGroupResponse>? Syncing { get; private set; }

    public byte[] Metadata(string protocol) => Protocols.FirstOrDefault(p => p.Name == protocol)?.Metadata ?? [];

    public bool Matches(IReadOnlyList<GroupProtocol> protocols) =>
        Protocols.Count == protocols.Count
        && Protocols.Zip(protocols)
            .All(pair => pair.First.Name == pair.Second.Name && pair.First.Metadata.AsSpan().SequenceEqual(pair.Second.Metadata));

    /// <summary>A waiting request keeps a member alive.</summary>
    public bool IsExpired(long nowMs) => Joining is null && Syncing is null && nowMs - LastHeartbeatMs > SessionTimeoutMs;

    /// <summary>Its join waits from now on; one that it sent before is answered as from somebody unknown.</summary>
    public Task<JoinGroupResponse> BeginJoin()
    {
        Answer(new JoinGroupResponse { ErrorCode = ErrorCode.UnknownMemberId, MemberId = MemberId });
        Joining = new TaskCompletionSource<JoinGroupResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Joining.Task;
    }

    /// <summary>It waits for its assignment from now on; one that asked before is told to join again.</summary>
    public Task<SyncGroupResponse> BeginSync()
    {
        Answer(new SyncGroupResponse { ErrorCode = ErrorCode.RebalanceInProgress });
        Syncing = new TaskCompletionSource<SyncGroupResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Syncing.Task;
    }

    /// <summary>Answers its join, if that waits.</summary>
    public void Answer(JoinGroupResponse response)
    {
        var joining = Joining;
        Joining = null;
        joining?.TrySetResult(response);
    }

    /// <summary>Answers its sync, if that waits.</summary>
    public void Answer(SyncGroupResponse response)
    {
        var syncing = Syncing;
        Syncing = null;
        syncing?.TrySetResult(response);
    }
}
