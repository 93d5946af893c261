using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>
/// A view of the header of a magic 2 batch (DefaultRecordBatch), and the edits that pass-through makes in it, with the CRC derived.
/// </summary>
public readonly ref struct RecordBatchHeader
{
    /// <summary>The bytes of the header; the records follow.</summary>
    public const int Size = 61;

    /// <summary>The bytes before what <see cref="BatchLength"/> counts.</summary>
    public const int LogOverhead = 12;

    public const int BatchLengthOffset = 8;
    public const int PartitionLeaderEpochOffset = 12;
    public const int MagicOffset = 16;
    public const int CrcOffset = 17;
    public const int AttributesOffset = 21;
    public const int LastOffsetDeltaOffset = 23;
    public const int BaseTimestampOffset = 27;
    public const int MaxTimestampOffset = 35;
    public const int ProducerIdOffset = 43;
    public const int ProducerEpochOffset = 51;
    public const int BaseSequenceOffset = 53;
    public const int RecordsCountOffset = 57;

    public const short CodecMask = 0x07;
    public const short TimestampTypeMask = 0x08;
    public const short TransactionalMask = 0x10;
    public const short ControlMask = 0x20;
    public const short DeleteHorizonMask = 0x40;

    private readonly ReadOnlySpan<byte> _header;

    /// <summary>
    /// Views the first <see cref="Size"/> bytes of <paramref name="batch"/>, which is magic 2; what follows is not touched.
    /// </summary>
    public RecordBatchHeader(ReadOnlySpan<byte> batch)
    {
        if (batch.Length < Size || batch[MagicOffset] != 2) throw new ArgumentException("not the header of a magic 2 batch", nameof(batch));
        _header = batch[..Size];
    }

    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(_header);

    /// <summary>The bytes after this field.</summary>
    public int BatchLength => Int32(BatchLengthOffset);

    public int PartitionLeaderEpoch => Int32(PartitionLeaderEpochOffset);

    public byte Magic => _header[MagicOffset];

    /// <summary>The stored CRC-32C of everything from the attributes to the end.</summary>
    public uint Crc => (uint)Int32(CrcOffset);

    public short Attributes => BinaryPrimitives.ReadInt16BigEndian(_header[AttributesOffset..]);

    public int LastOffsetDelta => Int32(LastOffsetDeltaOffset);

    /// <summary>What records' timestamp deltas count from; the delete horizon, where <see cref="HasDeleteHorizon"/> (KIP-534).</summary>
    public long BaseTimestamp => Int64(BaseTimestampOffset);

    public long MaxTimestamp => Int64(MaxTimestampOffset);

    public long ProducerId => Int64(ProducerIdOffset);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(_header[ProducerEpochOffset..]);

    public int BaseSequence => Int32(BaseSequenceOffset);

    public int RecordsCount => Int32(RecordsCountOffset);

    /// <summary>The whole batch with this header.</summary>
    public int SizeInBytes => LogOverhead + BatchLength;

    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>The offset after the batch, also where compaction took its last records.</summary>
    public long NextOffset => LastOffset + 1;

    public CompressionCodec Codec => (CompressionCodec)(Attributes & CodecMask);

    public TimestampType TimestampType => (Attributes & TimestampTypeMask) != 0 ? TimestampType.LogAppendTime : TimestampType.CreateTime;

    public bool IsTransactional => (Attributes & TransactionalMask) != 0;

    /// <summary>The batch holds a transaction marker or another record of the broker's, not of a producer.</summary>
    public bool IsControl => (Attributes & ControlMask) != 0;

    public bool HasDeleteHorizon => (Attributes & DeleteHorizonMask) != 0;

    /// <summary>The batch has one record for each of its offsets, as a producer must send it.</summary>
    public bool IsDense => RecordsCount > 0 && RecordsCount - 1 == LastOffsetDelta;

    /// <summary>
    /// Makes a fetched batch ready to be produced: base offset 0, no leader epoch, CreateTime, no delete horizon, and the given producer's
    /// fields (-1, -1, -1 without idempotence). Only the first <see cref="Size"/> bytes are read or written; the CRC is derived, so bytes
    /// that were damaged before stay detectable. May be repeated with other fields.
    /// </summary>
    public static void Rewrite(Span<byte> batch, bool transactional, long producerId, short producerEpoch, int baseSequence)
    {
        var header = new RecordBatchHeader(batch);
        var attributes = header.Attributes & ~(TimestampTypeMask | DeleteHorizonMask | TransactionalMask);
        if (transactional) attributes |= TransactionalMask;

        Place(batch, baseOffset: 0, partitionLeaderEpoch: -1);
        Edit(batch, (short)attributes, header.MaxTimestamp, producerId, producerEpoch, baseSequence);
    }

    /// <summary>Sets what a broker decides on append and the CRC does not cover.</summary>
    public static void Place(Span<byte> batch, long baseOffset, int partitionLeaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[PartitionLeaderEpochOffset..], partitionLeaderEpoch);
    }

    /// <summary>Gives every record the broker's time: sets the LogAppendTime bit and the maximum timestamp, and derives the CRC.</summary>
    public static void StampLogAppendTime(Span<byte> batch, long timestamp)
    {
        var header = new RecordBatchHeader(batch);
        Edit(batch, (short)(header.Attributes | TimestampTypeMask), timestamp, header.ProducerId, header.ProducerEpoch,
            header.BaseSequence);
    }

    private static void Edit(Span<byte> batch, short attributes, long maxTimestamp, long producerId, short producerEpoch, int baseSequence)
    {
        Span<byte> change = stackalloc byte[Size - AttributesOffset];
        var covered = batch[AttributesOffset..Size];
        covered.CopyTo(change);

        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesOffset..], attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampOffset..], maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[ProducerIdOffset..], producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[ProducerEpochOffset..], producerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[BaseSequenceOffset..], baseSequence);

        for (var i = 0; i < change.Length; i++) change[i] ^= covered[i];
        var header = new RecordBatchHeader(batch);
        var crc = header.Crc ^ Crc32C.Shift(Crc32C.Raw(0, change), header.SizeInBytes - Size);
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcOffset..], crc);
    }

    private int Int32(int offset) => BinaryPrimitives.ReadInt32BigEndian(_header[offset..]);

    private long Int64(int offset) => BinaryPrimitives.ReadInt64BigEndian(_header[offset..]);
}
