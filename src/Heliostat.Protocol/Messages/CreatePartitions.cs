using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Raises partition counts.</summary>
public sealed class CreatePartitionsRequest : IRequest<CreatePartitionsResponse>
{
    public List<CreatePartitionsTopic> Topics = [];
    public int TimeoutMs;
    public bool ValidateOnly;

    public Api Api => Api.CreatePartitions;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Topics);
        w.Int32(ref TimeoutMs);
        w.Bool(ref ValidateOnly);
    }
}

public sealed class CreatePartitionsTopic : IBody
{
    public string Name = "";
    public int Count;
    public List<CreatePartitionsAssignment>? Assignments = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int32(ref Count);
        w.NullableArray(ref Assignments);
    }
}

public sealed class CreatePartitionsAssignment : IBody
{
    public List<int> BrokerIds = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32Array(ref BrokerIds);
    }
}

public sealed class CreatePartitionsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<CreatePartitionsTopicResult> Results = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Results);
    }
}

public sealed class CreatePartitionsTopicResult : IBody
{
    public string Name = "";
    public ErrorCode ErrorCode;
    public string? ErrorMessage;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
    }
}
