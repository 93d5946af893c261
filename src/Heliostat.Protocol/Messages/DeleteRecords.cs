using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Raises log starts; offset -1 means the high watermark.</summary>
public sealed class DeleteRecordsRequest : IRequest<DeleteRecordsResponse>
{
    public List<DeleteRecordsTopic> Topics = [];
    public int TimeoutMs;

    public Api Api => Api.DeleteRecords;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Topics);
        w.Int32(ref TimeoutMs);
    }
}

public sealed class DeleteRecordsTopic : IBody
{
    public string Name = "";
    public List<DeleteRecordsPartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class DeleteRecordsPartition : IBody
{
    public int PartitionIndex;
    public long Offset;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int64(ref Offset);
    }
}

public sealed class DeleteRecordsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DeleteRecordsTopicResult> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class DeleteRecordsTopicResult : IBody
{
    public string Name = "";
    public List<DeleteRecordsPartitionResult> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class DeleteRecordsPartitionResult : IBody
{
    public int PartitionIndex;
    public long LowWatermark;
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int64(ref LowWatermark);
        w.Error(ref ErrorCode);
    }
}
