using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists the transactional ids that this broker coordinates (KIP-664).</summary>
public sealed class ListTransactionsRequest : IRequest<ListTransactionsResponse>
{
    public List<string> StateFilters = [];
    public List<long> ProducerIdFilters = [];
    public long DurationFilter = -1;
    public string? TransactionalIdPattern;

    public Api Api => Api.ListTransactions;

    public short MinVersion => (short)(TransactionalIdPattern is not null ? 2 : DurationFilter >= 0 ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.StringArray(ref StateFilters);
        w.Int64Array(ref ProducerIdFilters);
        if (w.Version >= 1) w.Int64(ref DurationFilter);
        if (w.Version >= 2) w.NullableString(ref TransactionalIdPattern);
    }
}

public sealed class ListTransactionsResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public List<string> UnknownStateFilters = [];
    public List<ListTransactionsTransactionState> TransactionStates = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.StringArray(ref UnknownStateFilters);
        w.Array(ref TransactionStates);
    }
}

public sealed class ListTransactionsTransactionState : IBody
{
    public string TransactionalId = "";
    public long ProducerId;
    public string TransactionState = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref TransactionalId);
        w.Int64(ref ProducerId);
        w.String(ref TransactionState);
    }
}
