using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Describes transactional ids, from their coordinators (KIP-664).</summary>
public sealed class DescribeTransactionsRequest : IRequest<DescribeTransactionsResponse>
{
    public List<string> TransactionalIds = [];

    public Api Api => Api.DescribeTransactions;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.StringArray(ref TransactionalIds);
    }
}

public sealed class DescribeTransactionsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DescribeTransactionsTransactionState> TransactionStates = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref TransactionStates);
    }
}

public sealed class DescribeTransactionsTransactionState : IBody
{
    public ErrorCode ErrorCode;
    public string TransactionalId = "";
    public string TransactionState = "";
    public int TransactionTimeoutMs;
    public long TransactionStartTimeMs;
    public long ProducerId;
    public short ProducerEpoch;
    public List<TopicData> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.String(ref TransactionalId);
        w.String(ref TransactionState);
        w.Int32(ref TransactionTimeoutMs);
        w.Int64(ref TransactionStartTimeMs);
        w.Int64(ref ProducerId);
        w.Int16(ref ProducerEpoch);
        w.Array(ref Topics);
    }
}

public sealed class TopicData : IBody
{
    public string Topic = "";
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Topic);
        w.Int32Array(ref Partitions);
    }
}
