namespace Heliostat.Protocol.Compression;

/// <summary>Compresses and decompresses what batches hold, byte-compatible with the Java client.</summary>
public static class Codecs
{
    /// <summary>Decompresses <paramref name="source"/> to <paramref name="destination"/>, in place of what it held; throws <see cref="MalformedFrameException"/>.</summary>
    public static void Decompress(CompressionCodec codec, ReadOnlySpan<byte> source, DecompressionBuffer destination)
    {
        destination.Clear();
        switch (codec)
        {
            case CompressionCodec.None:
                source.CopyTo(destination.Reserve(source.Length));
                destination.Advance(source.Length);
                break;
            default:
                MalformedFrameException.Throw("compression codec is unknown", (long)codec);
                break;
        }
    }
}
