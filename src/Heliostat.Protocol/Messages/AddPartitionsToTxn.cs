using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Adds partitions to a transaction. Clients use versions to 3; from 4 brokers verify for many at once (KIP-890).</summary>
public sealed class AddPartitionsToTxnRequest : IRequest<AddPartitionsToTxnResponse>
{
    public string V3AndBelowTransactionalId = "";
    public long V3AndBelowProducerId;
    public short V3AndBelowProducerEpoch;
    public List<AddPartitionsToTxnTopic> V3AndBelowTopics = [];
    public List<AddPartitionsToTxnTransaction> Transactions = [];

    public Api Api => Api.AddPartitionsToTxn;

    public short MinVersion => (short)(Transactions.Count > 0 ? 4 : 0);

    /// <summary>3 for clients.</summary>
    public short MaxVersion => Transactions.Count > 0 ? short.MaxValue : (short)3;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 3) w.String(ref V3AndBelowTransactionalId);
        if (w.Version <= 3) w.Int64(ref V3AndBelowProducerId);
        if (w.Version <= 3) w.Int16(ref V3AndBelowProducerEpoch);
        if (w.Version <= 3) w.Array(ref V3AndBelowTopics);
        if (w.Version >= 4) w.Array(ref Transactions);
    }
}

public sealed class AddPartitionsToTxnTopic : IBody
{
    public string Name = "";
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int32Array(ref Partitions);
    }
}

public sealed class AddPartitionsToTxnTransaction : IBody
{
    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public bool VerifyOnly;
    public List<AddPartitionsToTxnTopic> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref TransactionalId);
        w.Int64(ref ProducerId);
        w.Int16(ref ProducerEpoch);
        w.Bool(ref VerifyOnly);
        w.Array(ref Topics);
    }
}

public sealed class AddPartitionsToTxnResponse : IBody
{
    public int ThrottleTimeMs;
    public List<AddPartitionsToTxnTopicResult> ResultsByTopicV3AndBelow = [];
    public ErrorCode ErrorCode;
    public List<AddPartitionsToTxnResult> ResultsByTransaction = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        if (w.Version <= 3) w.Array(ref ResultsByTopicV3AndBelow);
        if (w.Version >= 4) w.Error(ref ErrorCode);
        if (w.Version >= 4) w.Array(ref ResultsByTransaction);
    }
}

public sealed class AddPartitionsToTxnTopicResult : IBody
{
    public string Name = "";
    public List<AddPartitionsToTxnPartitionResult> ResultsByPartition = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref ResultsByPartition);
    }
}

public sealed class AddPartitionsToTxnPartitionResult : IBody
{
    public int PartitionIndex;
    public ErrorCode PartitionErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Error(ref PartitionErrorCode);
    }
}

public sealed class AddPartitionsToTxnResult : IBody
{
    public string TransactionalId = "";
    public List<AddPartitionsToTxnTopicResult> TopicResults = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref TransactionalId);
        w.Array(ref TopicResults);
    }
}
