using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// Stands before every request. Its own version, 1 or 2, follows from the request's: <see cref="Api.RequestHeaderVersion"/>.
/// </summary>
public sealed class RequestHeader : IBody
{
    /// <summary>The first header version with tagged fields.</summary>
    public const short FlexibleFrom = 2;

    public short RequestApiKey;
    public short RequestApiVersion;
    public int CorrelationId;
    public string? ClientId = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int16(ref RequestApiKey);
        w.Int16(ref RequestApiVersion);
        w.Int32(ref CorrelationId);
        w.LegacyNullableString(ref ClientId);
    }
}
