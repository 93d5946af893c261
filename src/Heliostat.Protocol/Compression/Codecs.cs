using System.Buffers;

namespace Heliostat.Protocol.Compression;

/// <summary>Compresses and decompresses what batches hold, in the formats and with the default levels of the Java client.</summary>
public static class Codecs
{
    /// <summary>
    /// Decompresses <paramref name="source"/> to <paramref name="destination"/>, in place of what it held; throws
    /// <see cref="MalformedFrameException"/>.
    /// </summary>
    /// <param name="codec">How the source is compressed.</param>
    /// <param name="source">All compressed bytes.</param>
    /// <param name="destination">Takes the bytes, up to its bound.</param>
    /// <param name="magic">The format of the batch: in magic 0, the header checksum of lz4 is not checked, for old clients wrote a wrong
    /// one (KIP-57).</param>
    public static void Decompress(CompressionCodec codec, ReadOnlySpan<byte> source, DecompressionBuffer destination, byte magic = 2)
    {
        destination.Clear();
        switch (codec)
        {
            case CompressionCodec.None:
                source.CopyTo(destination.Reserve(source.Length));
                destination.Advance(source.Length);
                break;
            case CompressionCodec.Gzip:
                GzipCodec.Decompress(source, destination);
                break;
            case CompressionCodec.Snappy:
                SnappyCodec.Decompress(source, destination);
                break;
            case CompressionCodec.Lz4:
                Lz4Codec.Decompress(source, destination, checkHeader: magic != 0);
                break;
            case CompressionCodec.Zstd:
                ZstdCodec.Decompress(source, destination);
                break;
            default:
                MalformedFrameException.Throw("compression codec is unknown", (long)codec);
                break;
        }
    }

    /// <summary>Compresses <paramref name="source"/> and appends it to <paramref name="destination"/>.</summary>
    /// <param name="codec">How to compress.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="destination">Takes the compressed bytes.</param>
    /// <param name="level">Kafka's `compression.(gzip|lz4|zstd).level` (KIP-390); null for its default, -1, 9 and 3. Snappy has
    /// none.</param>
    /// <param name="magic">The format of the batch: for magic 0, lz4 gets the wrong header checksum that old clients expect
    /// (KIP-57).</param>
    public static void Compress(CompressionCodec codec, ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int? level = null,
        byte magic = 2)
    {
        switch (codec)
        {
            case CompressionCodec.None:
                destination.Write(source);
                break;
            case CompressionCodec.Gzip:
                GzipCodec.Compress(source, destination, level ?? GzipCodec.DefaultLevel);
                break;
            case CompressionCodec.Snappy:
                SnappyCodec.Compress(source, destination);
                break;
            case CompressionCodec.Lz4:
                Lz4Codec.Compress(source, destination, level ?? Lz4Codec.DefaultLevel, wrongHeaderChecksum: magic == 0);
                break;
            case CompressionCodec.Zstd:
                ZstdCodec.Compress(source, destination, level ?? ZstdCodec.DefaultLevel);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "not a codec of Kafka's");
        }
    }
}
