using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Chooses a SASL mechanism; with version 0 the tokens follow as bare frames, with 1 as SaslAuthenticate.</summary>
public sealed class SaslHandshakeRequest : IRequest<SaslHandshakeResponse>
{
    public string Mechanism = "";

    public Api Api => Api.SaslHandshake;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Mechanism);
    }
}

public sealed class SaslHandshakeResponse : IBody
{
    public ErrorCode ErrorCode;
    public List<string> Mechanisms = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.StringArray(ref Mechanisms);
    }
}
