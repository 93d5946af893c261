using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Hands in the assignments (leader) and waits for one's own (all).</summary>
public sealed class SyncGroupRequest : IRequest<SyncGroupResponse>
{
    public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    public string? GroupInstanceId;
    public string? ProtocolType;
    public string? ProtocolName;
    public List<SyncGroupRequestAssignment> Assignments = [];

    public Api Api => Api.SyncGroup;

    public short MinVersion => (short)(GroupInstanceId is null ? 0 : 3);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.Int32(ref GenerationId);
        w.String(ref MemberId);
        if (w.Version >= 3) w.NullableString(ref GroupInstanceId);
        if (w.Version >= 5) w.NullableString(ref ProtocolType);
        if (w.Version >= 5) w.NullableString(ref ProtocolName);
        w.Array(ref Assignments);
    }
}

public sealed class SyncGroupRequestAssignment : IBody
{
    public string MemberId = "";
    public ReadOnlyMemory<byte> Assignment;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref MemberId);
        w.Bytes(ref Assignment);
    }
}

public sealed class SyncGroupResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ProtocolType;
    public string? ProtocolName;
    public ReadOnlyMemory<byte> Assignment;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        if (w.Version >= 5) w.NullableString(ref ProtocolType);
        if (w.Version >= 5) w.NullableString(ref ProtocolName);
        w.Bytes(ref Assignment);
    }
}
