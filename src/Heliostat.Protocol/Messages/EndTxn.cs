using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Commits or aborts; from version 5 the answer carries the next epoch (KIP-890).</summary>
public sealed class EndTxnRequest : IRequest<EndTxnResponse>
{
    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public bool Committed;

    public Api Api => Api.EndTxn;

    /// <summary>
    /// 4: from 5 the end of a transaction is the end of its epoch, for clients that leave adding partitions to the brokers.
    /// </summary>
    public short MaxVersion => 4;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref TransactionalId);
        w.Int64(ref ProducerId);
        w.Int16(ref ProducerEpoch);
        w.Bool(ref Committed);
    }
}

public sealed class EndTxnResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public long ProducerId = -1;
    public short ProducerEpoch = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        if (w.Version >= 5) w.Int64(ref ProducerId);
        if (w.Version >= 5) w.Int16(ref ProducerEpoch);
    }
}
