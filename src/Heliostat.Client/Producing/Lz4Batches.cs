using System.Buffers;
using System.Buffers.Binary;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>
/// Makes batches of lz4 of batches of zstd, for leaders before Kafka 2.1, which do not know that (KIP-110). Their records stay byte for
/// byte what they are. Not thread-safe.
/// </summary>
/// <param name="frames">Where batches are rented.</param>
internal sealed class Lz4Batches(FramePool frames) : IDisposable
{
    private readonly DecompressionBuffer _records = new();
    private readonly ArrayBufferWriter<byte> _compressed = new();

    /// <summary>The batch, owned by the caller; null where what was given cannot be read, which the leader says best.</summary>
    public Frame? Make(ReadOnlySpan<byte> batch)
    {
        if (!RecordBatch.IsCrcValid(batch))
        {
            return null;
        }

        try
        {
            Codecs.Decompress(CompressionCodec.Zstd, batch[RecordBatchHeader.Size..], _records);
        }
        catch (MalformedFrameException)
        {
            return null;
        }

        _compressed.ResetWrittenCount();
        Codecs.Compress(CompressionCodec.Lz4, _records.Written, _compressed);
        var madeOwned = frames.RentNow(RecordBatchHeader.Size + _compressed.WrittenCount);
        var made = madeOwned.Memory.Span;
        batch[..RecordBatchHeader.Size].CopyTo(made);
        _compressed.WrittenSpan.CopyTo(made[RecordBatchHeader.Size..]);
        var attributes = new RecordBatchHeader(batch).Attributes & ~RecordBatchHeader.CodecMask;
        BinaryPrimitives.WriteInt32BigEndian(made[RecordBatchHeader.BatchLengthOffset..], made.Length - RecordBatchHeader.LogOverhead);
        BinaryPrimitives.WriteInt16BigEndian(made[RecordBatchHeader.AttributesOffset..],
            (short)(attributes | (int)CompressionCodec.Lz4));
        BinaryPrimitives.WriteUInt32BigEndian(made[RecordBatchHeader.CrcOffset..],
            Crc32C.Compute(made[RecordBatchHeader.AttributesOffset..]));
        return madeOwned;
    }

    /// <inheritdoc/>
    public void Dispose() => _records.Dispose();
}
