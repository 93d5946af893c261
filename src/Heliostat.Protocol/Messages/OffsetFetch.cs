using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// Reads positions: one group in <see cref="GroupId"/> and <see cref="Topics"/> to version 7, several in <see cref="Groups"/> from 8
/// (KIP-709).
/// </summary>
public sealed class OffsetFetchRequest : IRequest<OffsetFetchResponse>
{
    public string GroupId = "";
    public List<OffsetFetchRequestTopic>? Topics = [];
    public List<OffsetFetchRequestGroup> Groups = [];
    public bool RequireStable;

    /// <summary>What old consumers keep in ZooKeeper: version 0 reads that.</summary>
    public bool OfZooKeeper;

    public Api Api => Api.OffsetFetch;

    public short MinVersion
    {
        get
        {
            if (Groups.Count > (GroupId.Length > 0 ? 1 : 0)) return 8;
            if (RequireStable) return 7;
            return (short)(Topics is null ? 2 : 0);
        }
    }

    /// <summary>
    /// 7 while only <see cref="GroupId"/> is set; 9 while a topic has no id, and for all topics, which 10 would answer by their ids alone.
    /// </summary>
    public short MaxVersion
    {
        get
        {
            if (OfZooKeeper) return 0;
            if (Groups.Count == 0) return 7;
            return Groups.Exists(group => group.Topics?.Exists(topic => topic.TopicId == Guid.Empty) ?? true) ? (short)9 : short.MaxValue;
        }
    }

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 7) w.String(ref GroupId);
        if (w.Version is >= 2 and <= 7) w.NullableArray(ref Topics);
        else if (w.Version <= 1) w.Array(ref Topics!);
        if (w.Version >= 8) w.Array(ref Groups);
        if (w.Version >= 7) w.Bool(ref RequireStable);
    }
}

public sealed class OffsetFetchRequestTopic : IBody
{
    public string Name = "";
    public List<int> PartitionIndexes = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int32Array(ref PartitionIndexes);
    }
}

public sealed class OffsetFetchRequestGroup : IBody
{
    public string GroupId = "";
    public string? MemberId;
    public int MemberEpoch = -1;
    public List<OffsetFetchRequestTopics>? Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        if (w.Version >= 9) w.NullableString(ref MemberId);
        if (w.Version >= 9) w.Int32(ref MemberEpoch);
        w.NullableArray(ref Topics);
    }
}

public sealed class OffsetFetchRequestTopics : IBody
{
    public string Name = "";
    public Guid TopicId;
    public List<int> PartitionIndexes = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 9) w.String(ref Name);
        if (w.Version >= 10) w.Uuid(ref TopicId);
        w.Int32Array(ref PartitionIndexes);
    }
}

/// <summary>
/// One group in <see cref="Topics"/> to version 7, several in <see cref="Groups"/> from 8. A partition without a position has -1.
/// </summary>
public sealed class OffsetFetchResponse : IBody
{
    public int ThrottleTimeMs;
    public List<OffsetFetchResponseTopic> Topics = [];
    public ErrorCode ErrorCode;
    public List<OffsetFetchResponseGroup> Groups = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 3) w.Int32(ref ThrottleTimeMs);
        if (w.Version <= 7) w.Array(ref Topics);
        if (w.Version is >= 2 and <= 7) w.Error(ref ErrorCode);
        if (w.Version >= 8) w.Array(ref Groups);
    }
}

public sealed class OffsetFetchResponseTopic : IBody
{
    public string Name = "";
    public List<OffsetFetchResponsePartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class OffsetFetchResponsePartition : IBody
{
    public int PartitionIndex;
    public long CommittedOffset;
    public int CommittedLeaderEpoch = -1;
    public string? Metadata = "";
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int64(ref CommittedOffset);
        if (w.Version >= 5) w.Int32(ref CommittedLeaderEpoch);
        w.NullableString(ref Metadata);
        w.Error(ref ErrorCode);
    }
}

public sealed class OffsetFetchResponseGroup : IBody
{
    public string GroupId = "";
    public List<OffsetFetchResponseTopics> Topics = [];
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.Array(ref Topics);
        w.Error(ref ErrorCode);
    }
}

public sealed class OffsetFetchResponseTopics : IBody
{
    public string Name = "";
    public Guid TopicId;
    public List<OffsetFetchResponsePartitions> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 9) w.String(ref Name);
        if (w.Version >= 10) w.Uuid(ref TopicId);
        w.Array(ref Partitions);
    }
}

public sealed class OffsetFetchResponsePartitions : IBody
{
    public int PartitionIndex;
    public long CommittedOffset;
    public int CommittedLeaderEpoch = -1;
    public string? Metadata = "";
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int64(ref CommittedOffset);
        w.Int32(ref CommittedLeaderEpoch);
        w.NullableString(ref Metadata);
        w.Error(ref ErrorCode);
    }
}
