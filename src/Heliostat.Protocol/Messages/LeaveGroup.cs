using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Leaves a classic group: one <see cref="MemberId"/> to version 2, <see cref="Members"/> from 3 (KIP-345).</summary>
public sealed class LeaveGroupRequest : IRequest<LeaveGroupResponse>
{
    public string GroupId = "";
    public string MemberId = "";
    public List<MemberIdentity> Members = [];

    public Api Api => Api.LeaveGroup;

    public short MinVersion
    {
        get
        {
            if (Members.Exists(member => member.GroupInstanceId is not null)) return 3;
            return (short)(Members.Count > (MemberId.Length > 0 ? 1 : 0) ? 3 : 0);
        }
    }

    /// <summary>2 while only <see cref="MemberId"/> is set.</summary>
    public short MaxVersion => Members.Count > 0 ? short.MaxValue : (short)2;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        if (w.Version <= 2) w.String(ref MemberId);
        if (w.Version >= 3) w.Array(ref Members);
    }
}

public sealed class MemberIdentity : IBody
{
    public string MemberId = "";
    public string? GroupInstanceId;
    public string? Reason;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref MemberId);
        w.NullableString(ref GroupInstanceId);
        if (w.Version >= 5) w.NullableString(ref Reason);
    }
}

public sealed class LeaveGroupResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public List<MemberResponse> Members = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        if (w.Version >= 3) w.Array(ref Members);
    }
}

public sealed class MemberResponse : IBody
{
    public string MemberId = "";
    public string? GroupInstanceId = "";
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref MemberId);
        w.NullableString(ref GroupInstanceId);
        w.Error(ref ErrorCode);
    }
}
