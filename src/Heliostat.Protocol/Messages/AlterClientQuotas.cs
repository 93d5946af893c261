using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Sets and removes quotas (KIP-546).</summary>
public sealed class AlterClientQuotasRequest : IRequest<AlterClientQuotasResponse>
{
    public List<AlterClientQuotasRequestEntryData> Entries = [];
    public bool ValidateOnly;

    public Api Api => Api.AlterClientQuotas;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Entries);
        w.Bool(ref ValidateOnly);
    }
}

public sealed class AlterClientQuotasRequestEntryData : IBody
{
    public List<EntityData> Entity = [];
    public List<OpData> Ops = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Entity);
        w.Array(ref Ops);
    }
}

public sealed class OpData : IBody
{
    public string Key = "";
    public double Value;
    public bool Remove;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Key);
        w.Float64(ref Value);
        w.Bool(ref Remove);
    }
}

public sealed class AlterClientQuotasResponse : IBody
{
    public int ThrottleTimeMs;
    public List<AlterClientQuotasResponseEntryData> Entries = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Entries);
    }
}

public sealed class AlterClientQuotasResponseEntryData : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public List<EntityData> Entity = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Array(ref Entity);
    }
}
