using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Joins a classic group, or rejoins it; the first try may be answered with a member id to come back with (KIP-394).</summary>
public sealed class JoinGroupRequest : IRequest<JoinGroupResponse>
{
    public string GroupId = "";
    public int SessionTimeoutMs;
    public int RebalanceTimeoutMs = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public string ProtocolType = "";
    public List<JoinGroupRequestProtocol> Protocols = [];
    public string? Reason;

    public Api Api => Api.JoinGroup;

    public short MinVersion => (short)(GroupInstanceId is null ? 0 : 5);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.Int32(ref SessionTimeoutMs);
        if (w.Version >= 1) w.Int32(ref RebalanceTimeoutMs);
        w.String(ref MemberId);
        if (w.Version >= 5) w.NullableString(ref GroupInstanceId);
        w.String(ref ProtocolType);
        w.Array(ref Protocols);
        if (w.Version >= 8) w.NullableString(ref Reason);
    }
}

public sealed class JoinGroupRequestProtocol : IBody
{
    public string Name = "";
    public ReadOnlyMemory<byte> Metadata;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Bytes(ref Metadata);
    }
}

/// <summary>Sent when the members are gathered; the leader alone gets <see cref="Members"/>.</summary>
public sealed class JoinGroupResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public int GenerationId = -1;
    public string? ProtocolType;
    public string? ProtocolName = "";
    public string Leader = "";
    public bool SkipAssignment;
    public string MemberId = "";
    public List<JoinGroupResponseMember> Members = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 2) w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.Int32(ref GenerationId);
        if (w.Version >= 7) w.NullableString(ref ProtocolType);
        if (w.Version >= 7) w.NullableString(ref ProtocolName);
        else w.String(ref ProtocolName!);
        w.String(ref Leader);
        if (w.Version >= 9) w.Bool(ref SkipAssignment);
        w.String(ref MemberId);
        w.Array(ref Members);
    }
}

public sealed class JoinGroupResponseMember : IBody
{
    public string MemberId = "";
    public string? GroupInstanceId;
    public ReadOnlyMemory<byte> Metadata;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref MemberId);
        if (w.Version >= 5) w.NullableString(ref GroupInstanceId);
        w.Bytes(ref Metadata);
    }
}
