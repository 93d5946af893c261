using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>
/// Makes message sets of format 1 of batches, for leaders before Kafka 0.11. Timestamps, keys, values and the codec are kept; zstd, which
/// those do not know, becomes lz4. Format 1 has no headers: a batch with one is not taken. Not thread-safe.
/// </summary>
/// <param name="frames">Where sets are rented.</param>
internal sealed class MessageSets(FramePool frames) : IDisposable
{
    private readonly DecompressionBuffer _buffer = new();
    private readonly LegacyMessageSetBuilder?[] _builders = new LegacyMessageSetBuilder?[(int)CompressionCodec.Zstd];

    /// <summary>
    /// The set, owned by the caller; null where there is none, and <paramref name="refusal"/> in the words of such a broker.
    /// </summary>
    public Frame? Make(ReadOnlySpan<byte> batch, out MessageSetRefusal refusal)
    {
        refusal = default;
        try
        {
            if (!RecordBatch.IsCrcValid(batch)) MalformedFrameException.Throw("checksum is wrong");

            var codec = RecordBatch.Codec(batch) is var its && its == CompressionCodec.Zstd ? CompressionCodec.Lz4 : its;
            var builder = _builders[(int)codec] ??= new LegacyMessageSetBuilder(magic: 1, codec);
            builder.Reset();
            if (Fill(builder, new RecordReader(batch, _buffer))) return Rent(builder.Build());

            refusal = new(ErrorCode.UnsupportedForMessageFormat, "a record has headers, which brokers before Kafka 0.11 cannot store");
        }
        catch (MalformedFrameException failure)
        {
            refusal = new(ErrorCode.CorruptMessage, failure.Message);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer.Dispose();
        foreach (var builder in _builders) builder?.Dispose();
    }

    private static bool Fill(LegacyMessageSetBuilder builder, RecordReader reader)
    {
        for (var offset = 0; reader.MoveNext(); offset++)
        {
            if (reader.Headers.Count > 0) return false;

            builder.Append(offset, reader.Timestamp, reader.Key, reader.Value);
        }

        return true;
    }

    private Frame Rent(ReadOnlySpan<byte> set)
    {
        var frame = frames.RentNow(set.Length);
        set.CopyTo(frame.Memory.Span);
        return frame;
    }
}
