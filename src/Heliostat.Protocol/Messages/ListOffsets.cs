using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// Finds offsets by timestamp; negative timestamps name places in the log (<see cref="ListOffsetsPartition.Timestamp"/>).
/// </summary>
public sealed class ListOffsetsRequest : IRequest<ListOffsetsResponse>
{
    public int ReplicaId;
    public IsolationLevel IsolationLevel;
    public List<ListOffsetsTopic> Topics = [];
    public int TimeoutMs;

    public Api Api => Api.ListOffsets;

    public short MinVersion
    {
        get
        {
            var min = IsolationLevel != 0 ? 2 : 0;
            foreach (var topic in Topics)
            {
                foreach (var partition in topic.Partitions)
                {
                    min = Math.Max(min, partition.Timestamp switch { -6 => 11, -5 => 9, -4 => 8, -3 => 7, >= 0 => 1, _ => 0 });
                }
            }

            return (short)min;
        }
    }

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ReplicaId);
        if (w.Version >= 2) w.Enum8(ref IsolationLevel);
        w.Array(ref Topics);
        if (w.Version >= 10) w.Int32(ref TimeoutMs);
    }
}

public sealed class ListOffsetsTopic : IBody
{
    public string Name = "";
    public List<ListOffsetsPartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class ListOffsetsPartition : IBody
{
    public int PartitionIndex;
    public int CurrentLeaderEpoch = -1;

    /// <summary>
    /// Milliseconds since the epoch, or -1 latest, -2 earliest, -3 greatest timestamp, -4 earliest local, -5 latest tiered, -6 earliest not
    /// uploaded.
    /// </summary>
    public long Timestamp;
    public int MaxNumOffsets = 1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        if (w.Version >= 4) w.Int32(ref CurrentLeaderEpoch);
        w.Int64(ref Timestamp);
        if (w.Version <= 0) w.Int32(ref MaxNumOffsets);
    }
}

public sealed class ListOffsetsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<ListOffsetsTopicResponse> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 2) w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class ListOffsetsTopicResponse : IBody
{
    public string Name = "";
    public List<ListOffsetsPartitionResponse> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class ListOffsetsPartitionResponse : IBody
{
    public int PartitionIndex;
    public ErrorCode ErrorCode;

    /// <summary>Version 0 only: starts of segments, newest first.</summary>
    public List<long> OldStyleOffsets = [];
    public long Timestamp = -1;
    public long Offset = -1;
    public int LeaderEpoch = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Error(ref ErrorCode);
        if (w.Version <= 0) w.Int64Array(ref OldStyleOffsets);
        if (w.Version >= 1) w.Int64(ref Timestamp);
        if (w.Version >= 1) w.Int64(ref Offset);
        if (w.Version >= 4) w.Int32(ref LeaderEpoch);
    }
}
