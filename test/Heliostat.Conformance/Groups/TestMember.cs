namespace Heliostat.Conformance.Groups;

/// <summary>A member of a classic group, on a connection of its own.</summary>
internal sealed class TestMember(Endpoint kafka, RawClient connection, string group)
{
    public const int Newest = 9;

    public string MemberId { get; set; } = "";

    public string? InstanceId { get; init; }

    public int Generation { get; set; } = -1;

    public static async Task<TestMember> CreateAsync(Endpoint kafka, string group, string? instanceId = null) =>
        new(kafka, await kafka.ConnectAsync(), group) { InstanceId = instanceId };

    public JoinGroupRequest Join(params string[] protocols) => new()
    {
        GroupId = group,
        SessionTimeoutMs = 30_000,
        RebalanceTimeoutMs = 30_000,
        MemberId = MemberId,
        GroupInstanceId = InstanceId,
        ProtocolType = "consumer",
        Protocols = [.. (protocols.Length == 0
            ? ["range"]
            : protocols).Select(name => new JoinGroupRequestProtocol { Name = name, Metadata = new byte[] { 1, 2 } })],
    };

    /// <summary>Asks to join, without waiting for the answer.</summary>
    public Task BeginJoinAsync(JoinGroupRequest request, int version = Newest) => connection.SendAsync(request, (short)version, kafka.Ct);

    public async Task<JoinGroupResponse> EndJoinAsync(int version = Newest)
    {
        var joined = await connection.ReceiveAsync<JoinGroupResponse>(Api.JoinGroup, (short)version, kafka.Ct);
        if (joined.MemberId.Length > 0) MemberId = joined.MemberId;
        if (joined.ErrorCode == ErrorCode.None) Generation = joined.GenerationId;
        return joined;
    }

    public async Task<JoinGroupResponse> JoinAsync(JoinGroupRequest request, int version = Newest)
    {
        await BeginJoinAsync(request, version);
        return await EndJoinAsync(version);
    }

    /// <summary>Joins, with the member id it is given where it must first be given one.</summary>
    public async Task<JoinGroupResponse> EnterAsync(int version = Newest, params string[] protocols)
    {
        var joined = await JoinAsync(Join(protocols), version);
        return joined.ErrorCode == ErrorCode.MemberIdRequired ? await JoinAsync(Join(protocols), version) : joined;
    }

    /// <summary>As the leader, gives each member so many bytes.</summary>
    public SyncGroupRequest Sync(params (string MemberId, byte[] Assignment)[] assignments) => new()
    {
        GroupId = group,
        GenerationId = Generation,
        MemberId = MemberId,
        GroupInstanceId = InstanceId,
        ProtocolType = "consumer",
        ProtocolName = "range",
        Assignments = [.. assignments.Select(a => new SyncGroupRequestAssignment { MemberId = a.MemberId, Assignment = a.Assignment })],
    };

    public Task BeginSyncAsync(SyncGroupRequest request, int version = 5) => connection.SendAsync(request, (short)version, kafka.Ct);

    public Task<SyncGroupResponse> EndSyncAsync(int version = 5) =>
        connection.ReceiveAsync<SyncGroupResponse>(Api.SyncGroup, (short)version, kafka.Ct);

    public async Task<SyncGroupResponse> SyncAsync(SyncGroupRequest request, int version = 5)
    {
        await BeginSyncAsync(request, version);
        return await EndSyncAsync(version);
    }

    public HeartbeatRequest Heartbeat() =>
        new() { GroupId = group, GenerationId = Generation, MemberId = MemberId, GroupInstanceId = InstanceId };

    public Task<HeartbeatResponse> HeartbeatAsync(int version = 4) => connection.CallAsync(Heartbeat(), (short)version, kafka.Ct);

    public LeaveGroupRequest Leave(int version = 5) => version < 3
        ? new() { GroupId = group, MemberId = MemberId }
        : new() { GroupId = group, Members = [new MemberIdentity { MemberId = MemberId, GroupInstanceId = InstanceId }] };
}
