namespace Heliostat.Protocol.Wire;

/// <summary>A message or a part of one: plain fields and their order on the wire, stated once.</summary>
public interface IBody
{
    /// <summary>Walks the fields in wire order; the wire reads, writes or describes each.</summary>
    void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct;
}
