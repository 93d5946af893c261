using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>Facts about a batch or message of any magic, as <see cref="BatchWalker"/> found it, that need no opening.</summary>
public static class RecordBatch
{
    /// <summary>The offset of the last record; where compaction took that one, the offset it had (magic 2).</summary>
    public static long LastOffset(ReadOnlySpan<byte> batch) =>
        batch[RecordBatchHeader.MagicOffset] == 2 ? new RecordBatchHeader(batch).LastOffset : BinaryPrimitives.ReadInt64BigEndian(batch);

    /// <summary>
    /// The time of the youngest record, in milliseconds since the epoch; -1 where records have none. Of magic 1 it is the message's, which
    /// of a compressed set is its youngest's.
    /// </summary>
    public static long MaxTimestamp(ReadOnlySpan<byte> batch) => batch[RecordBatchHeader.MagicOffset] switch
    {
        2 => new RecordBatchHeader(batch).MaxTimestamp,
        1 => BinaryPrimitives.ReadInt64BigEndian(batch[LegacyMessage.TimestampOffset..]),
        _ => -1,
    };

    public static CompressionCodec Codec(ReadOnlySpan<byte> batch) => batch[RecordBatchHeader.MagicOffset] == 2
        ? new RecordBatchHeader(batch).Codec
        : (CompressionCodec)(batch[LegacyMessage.AttributesOffset] & RecordBatchHeader.CodecMask);

    /// <summary>Whether the stored checksum is that of the bytes; reads all of them.</summary>
    public static bool IsCrcValid(ReadOnlySpan<byte> batch) => batch[RecordBatchHeader.MagicOffset] == 2
        ? new RecordBatchHeader(batch).Crc == Crc32C.Compute(batch[RecordBatchHeader.AttributesOffset..])
        : LegacyMessage.IsCrcValid(batch);
}
