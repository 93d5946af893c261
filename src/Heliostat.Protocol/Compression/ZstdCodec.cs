using System.Buffers;
using ZstdSharp;

namespace Heliostat.Protocol.Compression;

/// <summary>
/// zstd through ZstdSharp: one frame with its content size when written; any frames, with a content size or without (the Java client writes
/// none), when read.
/// </summary>
internal static class ZstdCodec
{
    public const int DefaultLevel = 3;

    // A block of one repeated byte: three bytes of header and the byte, for 128 KiB. Nothing unpacks to more than that.
    private const long MaxRatio = 128 * 1024 / 4;

    // What a frame may hold is believed up to here; beyond it the room grows with what really comes.
    private const int BelievedBytes = 16 * 1024 * 1024;

    // The tables of higher levels are tens of megabytes: not kept.
    private const int HighestKeptLevel = 9;

    private static readonly ContextPool<Compressor> Compressors = new(() => new Compressor(DefaultLevel));
    private static readonly ContextPool<Decompressor> Decompressors = new(() => new Decompressor());

    public static void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level)
    {
        var compressor = Compressors.Rent();
        compressor.Level = level;
        destination.Advance(compressor.Wrap(source, destination.GetSpan(Compressor.GetCompressBound(source.Length))));
        if (level > HighestKeptLevel) compressor.Dispose();
        else Compressors.Return(compressor);
    }

    public static void Decompress(ReadOnlySpan<byte> source, DecompressionBuffer destination)
    {
        var decompressor = Decompressors.Rent();
        try
        {
            // Of frames without a content size this is the bound that their blocks give: all is unpacked in one go, and no window is
            // needed.
            var most = Decompressor.GetDecompressedSize(source);
            if (most > (ulong)(source.Length * MaxRatio)) MalformedFrameException.Throw("zstd: content size", (long)most);
            Decompress(decompressor, source, destination, (long)most);
        }
        catch (ZstdException e)
        {
            MalformedFrameException.Throw("zstd: " + e.Message);
        }
        finally
        {
            Decompressors.Return(decompressor);
        }
    }

    private static void Decompress(Decompressor decompressor, ReadOnlySpan<byte> source, DecompressionBuffer destination, long most)
    {
        for (var asked = Math.Min(most, BelievedBytes); ; asked = Math.Min(most, asked * 4))
        {
            var room = destination.ReserveUpTo(asked);
            if (decompressor.TryUnwrap(source, room, out var written))
            {
                destination.Advance(written);
                return;
            }

            if (room.Length < asked || asked == most) destination.Reserve(room.Length + 1L); // says that the bound is reached
        }
    }
}
