using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>One part of a quota's entity; a null name is the default entity.</summary>
public sealed class EntityData : IBody
{
    public string EntityType = "";
    public string? EntityName = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref EntityType);
        w.NullableString(ref EntityName);
    }
}
