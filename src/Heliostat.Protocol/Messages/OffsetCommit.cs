using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Stores positions of a group. Topics by name to version 9, by id from 10 (KIP-848).</summary>
public sealed class OffsetCommitRequest : IRequest<OffsetCommitResponse>
{
    public string GroupId = "";
    public int GenerationIdOrMemberEpoch = -1;
    public string MemberId = "";

    /// <summary>-1 for the broker's setting.</summary>
    public long RetentionTimeMs = -1;
    public string? GroupInstanceId;
    public List<OffsetCommitRequestTopic> Topics = [];

    public Api Api => Api.OffsetCommit;

    public short MinVersion => (short)(Topics.Exists(topic => topic.Name.Length == 0) ? 10 : GroupInstanceId is null ? 0 : 7);

    /// <summary>9 while a topic has no id.</summary>
    public short MaxVersion => Topics.Exists(topic => topic.TopicId == Guid.Empty) ? (short)9 : short.MaxValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        if (w.Version >= 1) w.Int32(ref GenerationIdOrMemberEpoch);
        if (w.Version >= 1) w.String(ref MemberId);
        if (w.Version is >= 2 and <= 4) w.Int64(ref RetentionTimeMs);
        if (w.Version >= 7) w.NullableString(ref GroupInstanceId);
        w.Array(ref Topics);
    }
}

public sealed class OffsetCommitRequestTopic : IBody
{
    public string Name = "";
    public Guid TopicId;
    public List<OffsetCommitRequestPartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 9) w.String(ref Name);
        if (w.Version >= 10) w.Uuid(ref TopicId);
        w.Array(ref Partitions);
    }
}

public sealed class OffsetCommitRequestPartition : IBody
{
    public int PartitionIndex;
    public long CommittedOffset;
    public long CommitTimestamp = -1;
    public int CommittedLeaderEpoch = -1;
    public string? CommittedMetadata = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int64(ref CommittedOffset);
        if (w.Version == 1) w.Int64(ref CommitTimestamp);
        if (w.Version >= 6) w.Int32(ref CommittedLeaderEpoch);
        w.NullableString(ref CommittedMetadata);
    }
}

public sealed class OffsetCommitResponse : IBody
{
    public int ThrottleTimeMs;
    public List<OffsetCommitResponseTopic> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 3) w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class OffsetCommitResponseTopic : IBody
{
    public string Name = "";
    public Guid TopicId;
    public List<OffsetCommitResponsePartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 9) w.String(ref Name);
        if (w.Version >= 10) w.Uuid(ref TopicId);
        w.Array(ref Partitions);
    }
}

public sealed class OffsetCommitResponsePartition : IBody
{
    public int PartitionIndex;
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Error(ref ErrorCode);
    }
}
