using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Asks for a producer id and epoch; with a transactional id it also fences the older producer (KIP-98, KIP-360).</summary>
public sealed class InitProducerIdRequest : IRequest<InitProducerIdResponse>
{
    public string? TransactionalId = "";
    public int TransactionTimeoutMs;
    public long ProducerId = -1;
    public short ProducerEpoch = -1;

    public Api Api => Api.InitProducerId;

    public short MinVersion => (short)(ProducerId != -1 || ProducerEpoch != -1 ? 3 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.NullableString(ref TransactionalId);
        w.Int32(ref TransactionTimeoutMs);
        if (w.Version >= 3) w.Int64(ref ProducerId);
        if (w.Version >= 3) w.Int16(ref ProducerEpoch);
    }
}

public sealed class InitProducerIdResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public long ProducerId = -1;
    public short ProducerEpoch;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.Int64(ref ProducerId);
        w.Int16(ref ProducerEpoch);
    }
}
