using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Asks where an epoch ended in the leader's log, to find truncation (KIP-320).</summary>
public sealed class OffsetForLeaderEpochRequest : IRequest<OffsetForLeaderEpochResponse>
{
    public int ReplicaId = -2;
    public List<OffsetForLeaderTopic> Topics = [];

    public Api Api => Api.OffsetForLeaderEpoch;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 3) w.Int32(ref ReplicaId);
        w.Array(ref Topics);
    }
}

public sealed class OffsetForLeaderTopic : IBody
{
    public string Topic = "";
    public List<OffsetForLeaderPartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Topic);
        w.Array(ref Partitions);
    }
}

public sealed class OffsetForLeaderPartition : IBody
{
    public int Partition;
    public int CurrentLeaderEpoch = -1;
    public int LeaderEpoch;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref Partition);
        if (w.Version >= 2) w.Int32(ref CurrentLeaderEpoch);
        w.Int32(ref LeaderEpoch);
    }
}

public sealed class OffsetForLeaderEpochResponse : IBody
{
    public int ThrottleTimeMs;
    public List<OffsetForLeaderTopicResult> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 2) w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class OffsetForLeaderTopicResult : IBody
{
    public string Topic = "";
    public List<EpochEndOffset> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Topic);
        w.Array(ref Partitions);
    }
}

public sealed class EpochEndOffset : IBody
{
    public ErrorCode ErrorCode;
    public int Partition;
    public int LeaderEpoch = -1;
    public long EndOffset = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.Int32(ref Partition);
        if (w.Version >= 1) w.Int32(ref LeaderEpoch);
        w.Int64(ref EndOffset);
    }
}
