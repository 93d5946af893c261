using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Reads quotas by entity (KIP-546).</summary>
public sealed class DescribeClientQuotasRequest : IRequest<DescribeClientQuotasResponse>
{
    public List<ComponentData> Components = [];
    public bool Strict;

    public Api Api => Api.DescribeClientQuotas;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Components);
        w.Bool(ref Strict);
    }
}

/// <summary>Match type 0 is an exact name, 1 the default entity, 2 any.</summary>
public sealed class ComponentData : IBody
{
    public string EntityType = "";
    public sbyte MatchType;
    public string? Match = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref EntityType);
        w.Int8(ref MatchType);
        w.NullableString(ref Match);
    }
}

public sealed class DescribeClientQuotasResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public List<DescribeClientQuotasEntryData>? Entries = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.NullableArray(ref Entries);
    }
}

public sealed class DescribeClientQuotasEntryData : IBody
{
    public List<EntityData> Entity = [];
    public List<ValueData> Values = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Entity);
        w.Array(ref Values);
    }
}

public sealed class ValueData : IBody
{
    public string Key = "";
    public double Value;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Key);
        w.Float64(ref Value);
    }
}
