using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Elects preferred (0) or unclean (1) leaders; null topics mean all.</summary>
public sealed class ElectLeadersRequest : IRequest<ElectLeadersResponse>
{
    public sbyte ElectionType;
    public List<ElectLeadersTopicPartitions>? TopicPartitions = [];
    public int TimeoutMs = 60_000;

    public Api Api => Api.ElectLeaders;

    public short MinVersion => (short)(ElectionType != 0 ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int8(ref ElectionType);
        w.NullableArray(ref TopicPartitions);
        w.Int32(ref TimeoutMs);
    }
}

public sealed class ElectLeadersTopicPartitions : IBody
{
    public string Topic = "";
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Topic);
        w.Int32Array(ref Partitions);
    }
}

public sealed class ElectLeadersResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public List<ReplicaElectionResult> ReplicaElectionResults = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        if (w.Version >= 1) w.Error(ref ErrorCode);
        w.Array(ref ReplicaElectionResults);
    }
}

public sealed class ReplicaElectionResult : IBody
{
    public string Topic = "";
    public List<PartitionResult> PartitionResult = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Topic);
        w.Array(ref PartitionResult);
    }
}

public sealed class PartitionResult : IBody
{
    public int PartitionId;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionId);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
    }
}
