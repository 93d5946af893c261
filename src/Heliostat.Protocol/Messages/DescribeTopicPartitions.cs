using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Describes topics page by page (KIP-966).</summary>
public sealed class DescribeTopicPartitionsRequest : IRequest<DescribeTopicPartitionsResponse>
{
    public List<DescribeTopicPartitionsTopicRequest> Topics = [];
    public int ResponsePartitionLimit = 2000;
    public Cursor? Cursor;

    public Api Api => Api.DescribeTopicPartitions;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Topics);
        w.Int32(ref ResponsePartitionLimit);
        w.NullableStruct(ref Cursor);
    }
}

public sealed class DescribeTopicPartitionsTopicRequest : IBody
{
    public string Name = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
    }
}

/// <summary>The first partition of the next page.</summary>
public sealed class Cursor : IBody
{
    public string TopicName = "";
    public int PartitionIndex;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref TopicName);
        w.Int32(ref PartitionIndex);
    }
}

public sealed class DescribeTopicPartitionsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DescribeTopicPartitionsResponseTopic> Topics = [];
    public Cursor? NextCursor;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
        w.NullableStruct(ref NextCursor);
    }
}

public sealed class DescribeTopicPartitionsResponseTopic : IBody
{
    public ErrorCode ErrorCode;
    public string? Name = "";
    public Guid TopicId;
    public bool IsInternal;
    public List<DescribeTopicPartitionsResponsePartition> Partitions = [];
    public int TopicAuthorizedOperations = int.MinValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref Name);
        w.Uuid(ref TopicId);
        w.Bool(ref IsInternal);
        w.Array(ref Partitions);
        w.Int32(ref TopicAuthorizedOperations);
    }
}

public sealed class DescribeTopicPartitionsResponsePartition : IBody
{
    public ErrorCode ErrorCode;
    public int PartitionIndex;
    public int LeaderId;
    public int LeaderEpoch = -1;
    public List<int> ReplicaNodes = [];
    public List<int> IsrNodes = [];
    public List<int>? EligibleLeaderReplicas;
    public List<int>? LastKnownElr;
    public List<int> OfflineReplicas = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.Int32(ref PartitionIndex);
        w.Int32(ref LeaderId);
        w.Int32(ref LeaderEpoch);
        w.Int32Array(ref ReplicaNodes);
        w.Int32Array(ref IsrNodes);
        w.NullableInt32Array(ref EligibleLeaderReplicas);
        w.NullableInt32Array(ref LastKnownElr);
        w.Int32Array(ref OfflineReplicas);
    }
}
