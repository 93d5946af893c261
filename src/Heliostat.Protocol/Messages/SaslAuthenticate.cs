using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>One step of a SASL exchange (KIP-152).</summary>
public sealed class SaslAuthenticateRequest : IRequest<SaslAuthenticateResponse>
{
    public ReadOnlyMemory<byte> AuthBytes;

    public Api Api => Api.SaslAuthenticate;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Bytes(ref AuthBytes);
    }
}

public sealed class SaslAuthenticateResponse : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public ReadOnlyMemory<byte> AuthBytes;
    public long SessionLifetimeMs;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Bytes(ref AuthBytes);
        if (w.Version >= 1) w.Int64(ref SessionLifetimeMs);
    }
}
