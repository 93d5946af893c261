using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Replaces all settings of a resource: what is not named returns to its default.</summary>
public sealed class AlterConfigsRequest : IRequest<AlterConfigsResponse>
{
    public List<AlterConfigsAlterConfigsResource> Resources = [];
    public bool ValidateOnly;

    public Api Api => Api.AlterConfigs;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Resources);
        w.Bool(ref ValidateOnly);
    }
}

public sealed class AlterConfigsAlterConfigsResource : IBody
{
    public ConfigResourceType ResourceType;
    public string ResourceName = "";
    public List<AlterConfigsAlterableConfig> Configs = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
        w.Array(ref Configs);
    }
}

/// <summary>Kafka: AlterableConfig.</summary>
public sealed class AlterConfigsAlterableConfig : IBody
{
    public string Name = "";
    public string? Value = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.NullableString(ref Value);
    }
}

public sealed class AlterConfigsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<AlterConfigsResourceResponse> Responses = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Responses);
    }
}
