using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Reads the settings of topics, brokers or groups; null keys mean all.</summary>
public sealed class DescribeConfigsRequest : IRequest<DescribeConfigsResponse>
{
    public List<DescribeConfigsResource> Resources = [];
    public bool IncludeSynonyms;
    public bool IncludeDocumentation;

    public Api Api => Api.DescribeConfigs;

    public short MinVersion => (short)(IncludeDocumentation ? 3 : IncludeSynonyms ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Resources);
        if (w.Version >= 1) w.Bool(ref IncludeSynonyms);
        if (w.Version >= 3) w.Bool(ref IncludeDocumentation);
    }
}

public sealed class DescribeConfigsResource : IBody
{
    public ConfigResourceType ResourceType;
    public string ResourceName = "";
    public List<string>? ConfigurationKeys = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
        w.NullableStringArray(ref ConfigurationKeys);
    }
}

public sealed class DescribeConfigsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DescribeConfigsResult> Results = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Results);
    }
}

public sealed class DescribeConfigsResult : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public ConfigResourceType ResourceType;
    public string ResourceName = "";
    public List<DescribeConfigsResourceResult> Configs = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
        w.Array(ref Configs);
    }
}

public sealed class DescribeConfigsResourceResult : IBody
{
    public string Name = "";
    public string? Value = "";
    public bool ReadOnly;
    public bool IsDefault;
    public sbyte ConfigSource = -1;
    public bool IsSensitive;
    public List<DescribeConfigsSynonym> Synonyms = [];
    public sbyte ConfigType;
    public string? Documentation = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.NullableString(ref Value);
        w.Bool(ref ReadOnly);
        if (w.Version <= 0) w.Bool(ref IsDefault);
        if (w.Version >= 1) w.Int8(ref ConfigSource);
        w.Bool(ref IsSensitive);
        if (w.Version >= 1) w.Array(ref Synonyms);
        if (w.Version >= 3) w.Int8(ref ConfigType);
        if (w.Version >= 3) w.NullableString(ref Documentation);
    }
}

public sealed class DescribeConfigsSynonym : IBody
{
    public string Name = "";
    public string? Value = "";
    public sbyte Source;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.NullableString(ref Value);
        w.Int8(ref Source);
    }
}
