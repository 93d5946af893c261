using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>
/// Builds magic 2 batches, one after the other, in buffers that are kept: append records, <see cref="Build"/>, copy the bytes away,
/// <see cref="Reset"/>. Not thread-safe.
/// </summary>
/// <param name="codec">Compresses the records of every batch.</param>
/// <param name="level">Kafka's level for the codec; null for its default.</param>
public sealed class RecordBatchBuilder(CompressionCodec codec = CompressionCodec.None, int? level = null) : IDisposable
{
    private readonly PooledBuffer _records = new();
    private readonly PooledBuffer _compressed = new();
    private (long Base, long Max) _timestamps;

    public int RecordsCount { get; private set; }

    /// <summary>The size of the batch so far before compression; exact where there is none.</summary>
    public int SizeInBytes => Math.Max(_records.Length, RecordBatchHeader.Size);

    /// <summary>The delta of the last record; may be set higher to say that later records were compacted away.</summary>
    public int LastOffsetDelta { get; set; } = -1;

    public long BaseOffset { get; set; }

    public int PartitionLeaderEpoch { get; set; } = -1;

    public long ProducerId { get; set; } = -1;

    public short ProducerEpoch { get; set; } = -1;

    public int BaseSequence { get; set; } = -1;

    public bool IsTransactional { get; set; }

    public bool IsControl { get; set; }

    /// <summary>A broker's time that replaces the time of every record; null for the records' own.</summary>
    public long? LogAppendTimestamp { get; set; }

    /// <summary>
    /// When tombstones of the batch may go (KIP-534); it takes the place of the base timestamp, so it is to be set before the first record.
    /// </summary>
    public long? DeleteHorizon { get; set; }

    /// <summary>Forgets records and fields, and keeps the memory.</summary>
    public void Reset()
    {
        _records.Truncate(0);
        RecordsCount = 0;
        LastOffsetDelta = -1;
        BaseOffset = 0;
        PartitionLeaderEpoch = -1;
        ProducerId = -1;
        ProducerEpoch = -1;
        BaseSequence = -1;
        IsTransactional = false;
        IsControl = false;
        LogAppendTimestamp = null;
        DeleteHorizon = null;
    }

    /// <summary>The bytes, before compression, that this record would add at the next offset.</summary>
    public int SizeOf(long timestamp, NullableSpan key, NullableSpan value, RecordHeaders headers)
    {
        var length = BodySize(timestamp - (RecordsCount == 0 ? timestamp : _timestamps.Base), LastOffsetDelta + 1, key, value, headers);
        return Varint.SizeOfInt32(length) + length;
    }

    /// <summary>Appends a record at the next offset.</summary>
    public void Append(long timestamp, NullableSpan key, NullableSpan value, RecordHeaders headers = default) =>
        AppendAt(LastOffsetDelta + 1, timestamp, key, value, headers);

    /// <summary>Appends a record at <paramref name="offsetDelta"/>, which may leave a hole but must not go back.</summary>
    public void AppendAt(int offsetDelta, long timestamp, NullableSpan key, NullableSpan value, RecordHeaders headers = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offsetDelta, LastOffsetDelta);
        if (RecordsCount == 0) Start(timestamp);

        var timestampDelta = timestamp - _timestamps.Base;
        var length = BodySize(timestampDelta, offsetDelta, key, value, headers);
        var room = _records.GetSpan(length + Varint.MaxSize32);
        var position = Varint.WriteInt32(room, length);
        room[position++] = 0; // attributes: none are defined
        position += Varint.WriteInt64(room[position..], timestampDelta);
        position += Varint.WriteInt32(room[position..], offsetDelta);
        Write(room, ref position, key);
        Write(room, ref position, value);
        position += Varint.WriteInt32(room[position..], headers.Count);
        headers.Encoded.CopyTo(room[position..]);
        _records.Advance(position + headers.Encoded.Length);

        RecordsCount++;
        LastOffsetDelta = offsetDelta;
        _timestamps.Max = Math.Max(_timestamps.Max, timestamp);
    }

    /// <summary>Completes the batch; its bytes are valid until the builder is used again.</summary>
    public ReadOnlySpan<byte> Build()
    {
        if (RecordsCount == 0) Start(-1);
        if (codec == CompressionCodec.None) return Finish(_records.Written);

        _compressed.Truncate(0);
        _compressed.Write(_records.Written[..RecordBatchHeader.Size]);
        Codecs.Compress(codec, _records.Written[RecordBatchHeader.Size..], _compressed, level);
        return Finish(_compressed.Written);
    }

    /// <summary>
    /// Completes a batch whose records another made: <paramref name="records"/>, compressed by this builder's codec,
    /// <paramref name="count"/> of them, without holes and all of one time.
    /// </summary>
    public ReadOnlySpan<byte> BuildOf(ReadOnlySpan<byte> records, int count, long timestamp)
    {
        Start(timestamp);
        (RecordsCount, LastOffsetDelta) = (count, count - 1);
        _records.Write(records);
        return Finish(_records.Written);
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _records.Dispose();
        _compressed.Dispose();
    }

    private static int BodySize(long timestampDelta, int offsetDelta, NullableSpan key, NullableSpan value, RecordHeaders headers) =>
        checked(
            1 + Varint.SizeOfInt64(timestampDelta) + Varint.SizeOfInt32(offsetDelta) + SizeOf(key) + SizeOf(value)
                + Varint.SizeOfInt32(headers.Count)
            + headers.Encoded.Length);

    private static int SizeOf(NullableSpan field) => checked(Varint.SizeOfInt32(field.IsNull ? -1 : field.Span.Length) + field.Span.Length);

    private static void Write(Span<byte> room, ref int position, NullableSpan field)
    {
        position += Varint.WriteInt32(room[position..], field.IsNull ? -1 : field.Span.Length);
        field.Span.CopyTo(room[position..]);
        position += field.Span.Length;
    }

    private void Start(long timestamp)
    {
        _records.Truncate(0);
        _records.GetSpan(RecordBatchHeader.Size)[..RecordBatchHeader.Size].Clear();
        _records.Advance(RecordBatchHeader.Size);
        _timestamps.Base = DeleteHorizon ?? timestamp;
        _timestamps.Max = timestamp;
    }

    private Span<byte> Finish(Span<byte> batch)
    {
        var attributes = (int)codec;
        if (LogAppendTimestamp is not null) attributes |= RecordBatchHeader.TimestampTypeMask;
        if (IsTransactional) attributes |= RecordBatchHeader.TransactionalMask;
        if (IsControl) attributes |= RecordBatchHeader.ControlMask;
        if (DeleteHorizon is not null) attributes |= RecordBatchHeader.DeleteHorizonMask;

        BinaryPrimitives.WriteInt64BigEndian(batch, BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.BatchLengthOffset..], batch.Length - RecordBatchHeader.LogOverhead);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.PartitionLeaderEpochOffset..], PartitionLeaderEpoch);
        batch[RecordBatchHeader.MagicOffset] = 2;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.AttributesOffset..], (short)attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.LastOffsetDeltaOffset..], LastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.BaseTimestampOffset..], _timestamps.Base);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.MaxTimestampOffset..], LogAppendTimestamp ?? _timestamps.Max);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.ProducerIdOffset..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.ProducerEpochOffset..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.BaseSequenceOffset..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.RecordsCountOffset..], RecordsCount);

        var crc = Crc32C.Compute(batch[RecordBatchHeader.AttributesOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcOffset..], crc);
        return batch;
    }
}
