using System.Buffers.Binary;

namespace Heliostat.Protocol.Records;

/// <summary>
/// The record of a control batch (KIP-98). Key: version 2, type 2. The value of a transaction's end: version 2, coordinator epoch 4; more
/// may follow.
/// </summary>
/// <param name="Type">A number that the enum does not name is of a newer Kafka, and to be passed over.</param>
/// <param name="CoordinatorEpoch">Of an <see cref="ControlRecordType.Abort"/> or <see cref="ControlRecordType.Commit"/>; -1 of
/// others.</param>
public readonly record struct ControlRecord(ControlRecordType Type, int CoordinatorEpoch)
{
    private const int KeySize = 4;
    private const int ValueSize = 6;

    /// <summary>True for a commit or an abort.</summary>
    public bool EndsTransaction => Type is ControlRecordType.Abort or ControlRecordType.Commit;

    /// <summary>Reads a record of a control batch; throws <see cref="MalformedFrameException"/>.</summary>
    public static ControlRecord Read(NullableSpan key, NullableSpan value)
    {
        if (key.Span.Length < KeySize) MalformedFrameException.Throw("control record key length", key.Span.Length);
        var type = (ControlRecordType)BinaryPrimitives.ReadInt16BigEndian(key.Span[sizeof(short)..]);
        if (!new ControlRecord(type, -1).EndsTransaction) return new ControlRecord(type, -1);

        if (value.Span.Length < ValueSize) MalformedFrameException.Throw("control record value length", value.Span.Length);
        return new ControlRecord(type, BinaryPrimitives.ReadInt32BigEndian(value.Span[sizeof(short)..]));
    }

    /// <summary>
    /// Makes a control batch of <paramref name="builder"/>, whose producer fields are the transaction's, and appends this record to it.
    /// </summary>
    public void AppendTo(RecordBatchBuilder builder, long timestamp)
    {
        Span<byte> key = stackalloc byte[KeySize];
        Span<byte> value = stackalloc byte[ValueSize];
        key.Clear();
        value.Clear();
        BinaryPrimitives.WriteInt16BigEndian(key[sizeof(short)..], (short)Type);
        BinaryPrimitives.WriteInt32BigEndian(value[sizeof(short)..], CoordinatorEpoch);
        builder.IsControl = true;
        builder.IsTransactional = EndsTransaction;
        builder.Append(timestamp, (ReadOnlySpan<byte>)key, (ReadOnlySpan<byte>)value);
    }
}
