using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Removes positions of a group for topics it is not subscribed to (KIP-496).</summary>
public sealed class OffsetDeleteRequest : IRequest<OffsetDeleteResponse>
{
    public string GroupId = "";
    public List<OffsetDeleteRequestTopic> Topics = [];

    public Api Api => Api.OffsetDelete;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.Array(ref Topics);
    }
}

public sealed class OffsetDeleteRequestTopic : IBody
{
    public string Name = "";
    public List<OffsetDeleteRequestPartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class OffsetDeleteRequestPartition : IBody
{
    public int PartitionIndex;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
    }
}

public sealed class OffsetDeleteResponse : IBody
{
    public ErrorCode ErrorCode;
    public int ThrottleTimeMs;
    public List<OffsetDeleteResponseTopic> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class OffsetDeleteResponseTopic : IBody
{
    public string Name = "";
    public List<OffsetDeleteResponsePartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class OffsetDeleteResponsePartition : IBody
{
    public int PartitionIndex;
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Error(ref ErrorCode);
    }
}
