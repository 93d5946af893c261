using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists what has settings of its own: client metrics in version 0, any type from 1 (KIP-1142).</summary>
public sealed class ListConfigResourcesRequest : IRequest<ListConfigResourcesResponse>
{
    public List<ConfigResourceType> ResourceTypes = [];

    public Api Api => Api.ListConfigResources;

    public short MinVersion => (short)(ResourceTypes.Count > 0 ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Enum8Array(ref ResourceTypes);
    }
}

public sealed class ListConfigResourcesResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public List<ConfigResource> ConfigResources = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.Array(ref ConfigResources);
    }
}

public sealed class ConfigResource : IBody
{
    public string ResourceName = "";
    public ConfigResourceType ResourceType = ConfigResourceType.ClientMetrics;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref ResourceName);
        if (w.Version >= 1) w.Enum8(ref ResourceType);
    }
}
