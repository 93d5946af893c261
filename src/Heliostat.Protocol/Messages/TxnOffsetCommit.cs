using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// Stores positions that count once the transaction commits; from version 5 it also adds the group to the transaction (KIP-890).
/// </summary>
public sealed class TxnOffsetCommitRequest : IRequest<TxnOffsetCommitResponse>
{
    public string TransactionalId = "";
    public string GroupId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public int GenerationId = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public List<TxnOffsetCommitRequestTopic> Topics = [];

    public Api Api => Api.TxnOffsetCommit;

    public short MinVersion => (short)(GenerationId != -1 || MemberId.Length > 0 || GroupInstanceId is not null ? 3 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref TransactionalId);
        w.String(ref GroupId);
        w.Int64(ref ProducerId);
        w.Int16(ref ProducerEpoch);
        if (w.Version >= 3) w.Int32(ref GenerationId);
        if (w.Version >= 3) w.String(ref MemberId);
        if (w.Version >= 3) w.NullableString(ref GroupInstanceId);
        w.Array(ref Topics);
    }
}

public sealed class TxnOffsetCommitRequestTopic : IBody
{
    public string Name = "";
    public List<TxnOffsetCommitRequestPartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class TxnOffsetCommitRequestPartition : IBody
{
    public int PartitionIndex;
    public long CommittedOffset;
    public int CommittedLeaderEpoch = -1;
    public string? CommittedMetadata = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int64(ref CommittedOffset);
        if (w.Version >= 2) w.Int32(ref CommittedLeaderEpoch);
        w.NullableString(ref CommittedMetadata);
    }
}

public sealed class TxnOffsetCommitResponse : IBody
{
    public int ThrottleTimeMs;
    public List<TxnOffsetCommitResponseTopic> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class TxnOffsetCommitResponseTopic : IBody
{
    public string Name = "";
    public List<TxnOffsetCommitResponsePartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class TxnOffsetCommitResponsePartition : IBody
{
    public int PartitionIndex;
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Error(ref ErrorCode);
    }
}
