using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Tells the transaction's coordinator that offsets of a group will be part of it.</summary>
public sealed class AddOffsetsToTxnRequest : IRequest<AddOffsetsToTxnResponse>
{
    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public string GroupId = "";

    public Api Api => Api.AddOffsetsToTxn;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref TransactionalId);
        w.Int64(ref ProducerId);
        w.Int16(ref ProducerEpoch);
        w.String(ref GroupId);
    }
}

public sealed class AddOffsetsToTxnResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
    }
}
