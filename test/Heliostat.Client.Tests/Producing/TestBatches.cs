using System.Buffers.Binary;
using Heliostat.Client.Producing;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>Batches that are whole to a broker that opens no records: a right header, and the first source offset as the payload.</summary>
internal static class TestBatches
{
    public const int PayloadBytes = 8;

    public const int Size = RecordBatchHeader.Size + PayloadBytes;

    /// <summary>A batch of <paramref name="count"/> records at <paramref name="at"/> of a frame, which the batch owns.</summary>
    public static ProduceBatch Make(Frame frameOwned, int at, long first, int count)
    {
        var bytes = frameOwned.Memory.Slice(at, Size);
        Write(bytes.Span, first, count);
        return new ProduceBatch(frameOwned, bytes, first, first + count, count, TimeProvider.System.GetTimestamp());
    }

    public static void Write(Span<byte> batch, long first, int count)
    {
        batch.Clear();
        BinaryPrimitives.WriteInt64BigEndian(batch, first);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.BatchLengthOffset..], batch.Length - RecordBatchHeader.LogOverhead);
        batch[RecordBatchHeader.MagicOffset] = 2;
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.LastOffsetDeltaOffset..], count - 1);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.RecordsCountOffset..], count);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.Size..], first);
        var crc = Crc32C.Compute(batch[RecordBatchHeader.AttributesOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcOffset..], crc);
    }

    public static long FirstOf(ReadOnlySpan<byte> batch) => BinaryPrimitives.ReadInt64BigEndian(batch[RecordBatchHeader.Size..]);

    public static bool IsIntact(ReadOnlySpan<byte> batch) =>
        new RecordBatchHeader(batch).Crc == Crc32C.Compute(batch[RecordBatchHeader.AttributesOffset..]);
}
