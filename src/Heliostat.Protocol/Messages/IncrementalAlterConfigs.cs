using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Changes single settings and leaves the others (KIP-339).</summary>
public sealed class IncrementalAlterConfigsRequest : IRequest<IncrementalAlterConfigsResponse>
{
    public List<IncrementalAlterConfigsAlterConfigsResource> Resources = [];
    public bool ValidateOnly;

    public Api Api => Api.IncrementalAlterConfigs;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Resources);
        w.Bool(ref ValidateOnly);
    }
}

public sealed class IncrementalAlterConfigsAlterConfigsResource : IBody
{
    public ConfigResourceType ResourceType;
    public string ResourceName = "";
    public List<IncrementalAlterConfigsAlterableConfig> Configs = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
        w.Array(ref Configs);
    }
}

/// <summary>Kafka: AlterableConfig. Operation 0 sets, 1 deletes, 2 appends, 3 subtracts.</summary>
public sealed class IncrementalAlterConfigsAlterableConfig : IBody
{
    public string Name = "";
    public sbyte ConfigOperation;
    public string? Value = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int8(ref ConfigOperation);
        w.NullableString(ref Value);
    }
}

public sealed class IncrementalAlterConfigsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<AlterConfigsResourceResponse> Responses = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Responses);
    }
}
