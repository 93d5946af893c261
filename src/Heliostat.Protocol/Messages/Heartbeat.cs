using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Keeps a classic member alive and tells it of rebalances.</summary>
public sealed class HeartbeatRequest : IRequest<HeartbeatResponse>
{
    public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    public string? GroupInstanceId;

    public Api Api => Api.Heartbeat;

    public short MinVersion => (short)(GroupInstanceId is null ? 0 : 3);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.Int32(ref GenerationId);
        w.String(ref MemberId);
        if (w.Version >= 3) w.NullableString(ref GroupInstanceId);
    }
}

public sealed class HeartbeatResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
    }
}
