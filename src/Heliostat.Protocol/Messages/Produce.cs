using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// Appends record batches. In a transaction, versions from 12 also add the partitions to it, where the cluster runs transaction.version 2
/// (KIP-890).
/// </summary>
public sealed class ProduceRequest : IRequest<ProduceResponse>
{
    public string? TransactionalId;

    /// <summary>-1 all in-sync replicas, 1 the leader, 0 no answer at all.</summary>
    public short Acks;
    public int TimeoutMs;
    public readonly Rows<TopicProduceData> TopicData = new();

    public Api Api => Api.Produce;

    public short MinVersion => (short)(TransactionalId is null ? 0 : 3);

    /// <summary>12 while a topic has no id.</summary>
    public short MaxVersion
    {
        get
        {
            foreach (var topic in TopicData)
            {
                if (topic.TopicId == Guid.Empty) return 12;
            }

            return short.MaxValue;
        }
    }

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 3) w.NullableString(ref TransactionalId);
        w.Int16(ref Acks);
        w.Int32(ref TimeoutMs);
        w.Rows(TopicData);
    }
}

/// <summary>Named by name to version 12, by id from 13 (KIP-516): a caller that may send both fills both.</summary>
public sealed class TopicProduceData : IBody
{
    public string Name = "";
    public Guid TopicId;
    public readonly Rows<PartitionProduceData> PartitionData = new();

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 12) w.String(ref Name);
        if (w.Version >= 13) w.Uuid(ref TopicId);
        w.Rows(PartitionData);
    }
}

public sealed class PartitionProduceData : IBody
{
    public int Index;
    public Memory<byte> Records;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref Index);
        w.Records(ref Records);
    }
}

public sealed class ProduceResponse : IBody
{
    public readonly Rows<TopicProduceResponse> Responses = new();
    public int ThrottleTimeMs;
    public readonly Rows<NodeEndpoint> NodeEndpoints = new();

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Rows(Responses);
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        if (w.Version >= 10) w.TaggedRows(0, NodeEndpoints);
    }
}

public sealed class TopicProduceResponse : IBody
{
    public string Name = "";
    public Guid TopicId;
    public readonly Rows<PartitionProduceResponse> PartitionResponses = new();

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 12) w.String(ref Name);
        if (w.Version >= 13) w.Uuid(ref TopicId);
        w.Rows(PartitionResponses);
    }
}

/// <summary>The outcome for one partition; <see cref="BaseOffset"/> is -1 with most errors.</summary>
public sealed class PartitionProduceResponse : IBody
{
    public int Index;
    public ErrorCode ErrorCode;
    public long BaseOffset;
    public long LogAppendTimeMs = -1;
    public long LogStartOffset = -1;
    public readonly Rows<BatchIndexAndErrorMessage> RecordErrors = new();
    public string? ErrorMessage;
    public LeaderIdAndEpoch? CurrentLeader;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref Index);
        w.Error(ref ErrorCode);
        w.Int64(ref BaseOffset);
        if (w.Version >= 2) w.Int64(ref LogAppendTimeMs);
        if (w.Version >= 5) w.Int64(ref LogStartOffset);
        if (w.Version >= 8) w.Rows(RecordErrors);
        if (w.Version >= 8) w.NullableString(ref ErrorMessage);
        if (w.Version >= 10) w.TaggedStruct(0, ref CurrentLeader);
    }
}

/// <summary>A record that made the leader refuse its batch (KIP-467).</summary>
public sealed class BatchIndexAndErrorMessage : IBody
{
    public int BatchIndex;
    public string? BatchIndexErrorMessage;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref BatchIndex);
        w.NullableString(ref BatchIndexErrorMessage);
    }
}
