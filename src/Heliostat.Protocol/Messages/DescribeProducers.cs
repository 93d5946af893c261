using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists the active producers of partitions, from their leaders (KIP-664).</summary>
public sealed class DescribeProducersRequest : IRequest<DescribeProducersResponse>
{
    public List<DescribeProducersTopicRequest> Topics = [];

    public Api Api => Api.DescribeProducers;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Topics);
    }
}

public sealed class DescribeProducersTopicRequest : IBody
{
    public string Name = "";
    public List<int> PartitionIndexes = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int32Array(ref PartitionIndexes);
    }
}

public sealed class DescribeProducersResponse : IBody
{
    public int ThrottleTimeMs;
    public List<TopicResponse> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class TopicResponse : IBody
{
    public string Name = "";
    public List<PartitionResponse> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class PartitionResponse : IBody
{
    public int PartitionIndex;
    public ErrorCode ErrorCode;
    public string? ErrorMessage;
    public List<ProducerState> ActiveProducers = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Array(ref ActiveProducers);
    }
}

public sealed class ProducerState : IBody
{
    public long ProducerId;
    public int ProducerEpoch;
    public int LastSequence = -1;
    public long LastTimestamp = -1;
    public int CoordinatorEpoch;
    public long CurrentTxnStartOffset = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int64(ref ProducerId);
        w.Int32(ref ProducerEpoch);
        w.Int32(ref LastSequence);
        w.Int64(ref LastTimestamp);
        w.Int32(ref CoordinatorEpoch);
        w.Int64(ref CurrentTxnStartOffset);
    }
}
