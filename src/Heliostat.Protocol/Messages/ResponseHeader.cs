using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// Stands before every response. Its own version, 0 or 1, follows from the request's: <see cref="Api.ResponseHeaderVersion"/>.
/// </summary>
public sealed class ResponseHeader : IBody
{
    /// <summary>The first header version with tagged fields.</summary>
    public const short FlexibleFrom = 1;

    public int CorrelationId;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct => w.Int32(ref CorrelationId);
}
