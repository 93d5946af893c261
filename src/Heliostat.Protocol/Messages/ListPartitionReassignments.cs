using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists partitions whose replicas are being moved (KIP-455); null topics mean all.</summary>
public sealed class ListPartitionReassignmentsRequest : IRequest<ListPartitionReassignmentsResponse>
{
    public int TimeoutMs = 60_000;
    public List<ListPartitionReassignmentsTopics>? Topics;

    public Api Api => Api.ListPartitionReassignments;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref TimeoutMs);
        w.NullableArray(ref Topics);
    }
}

public sealed class ListPartitionReassignmentsTopics : IBody
{
    public string Name = "";
    public List<int> PartitionIndexes = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int32Array(ref PartitionIndexes);
    }
}

public sealed class ListPartitionReassignmentsResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public List<OngoingTopicReassignment> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Array(ref Topics);
    }
}

public sealed class OngoingTopicReassignment : IBody
{
    public string Name = "";
    public List<OngoingPartitionReassignment> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class OngoingPartitionReassignment : IBody
{
    public int PartitionIndex;
    public List<int> Replicas = [];
    public List<int> AddingReplicas = [];
    public List<int> RemovingReplicas = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int32Array(ref Replicas);
        w.Int32Array(ref AddingReplicas);
        w.Int32Array(ref RemovingReplicas);
    }
}
