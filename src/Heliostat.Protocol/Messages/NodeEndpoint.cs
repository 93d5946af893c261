using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>How to reach a broker that became leader (KIP-951).</summary>
public sealed class NodeEndpoint : IBody
{
    public int NodeId;
    public string Host = "";
    public int Port;
    public string? Rack;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref NodeId);
        w.String(ref Host);
        w.Int32(ref Port);
        w.NullableString(ref Rack);
    }
}
