using System.Buffers;
using System.Runtime.InteropServices;

namespace Heliostat.Protocol.Compression;

/// <summary>zstd, in one frame with its content size when written; any frames, with a content size or without (the Java client writes none), when read.</summary>
internal static partial class ZstdCodec
{
    public const int DefaultLevel = 3;

    // A block of one repeated byte: three bytes of header and the byte, for 128 KiB. Nothing unpacks to more than that.
    private const long MaxRatio = 128 * 1024 / 4;

    // A context that a frame with a large window, or a high level, has blown up beyond this is not kept.
    private const int LargestKeptContext = 8 * 1024 * 1024;

    private static readonly ContextPool<CompressionContext> CompressionContexts = new(CompressionContext.Create);
    private static readonly ContextPool<DecompressionContext> DecompressionContexts = new(DecompressionContext.Create);

    static ZstdCodec() => NativeCodecLibrary.Register();

    public static void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level)
    {
        var context = CompressionContexts.Rent();
        var room = destination.GetSpan(checked((int)CompressBound((nuint)source.Length)));
        var written = CompressAll(context, ref Start(room), (nuint)room.Length, in Start(source), (nuint)source.Length, level);
        if (SizeOf(context) > LargestKeptContext) context.Dispose();
        else CompressionContexts.Return(context);

        if (IsError(written) != 0) throw new InvalidOperationException("zstd: " + ErrorName(written));
        destination.Advance((int)written);
    }

    public static void Decompress(ReadOnlySpan<byte> source, DecompressionBuffer destination)
    {
        var context = DecompressionContexts.Rent();
        try
        {
            ResetSession(context);
            var size = FindDecompressedSize(in Start(source), (nuint)source.Length);
            if (size <= int.MaxValue && (long)size <= source.Length * MaxRatio) ReadKnownSize(context, source, destination, (int)size);
            else ReadStream(context, source, destination);
        }
        finally
        {
            if (SizeOf(context) > LargestKeptContext) context.Dispose();
            else DecompressionContexts.Return(context);
        }
    }

    private static void ReadKnownSize(DecompressionContext context, ReadOnlySpan<byte> source, DecompressionBuffer destination, int size)
    {
        var room = destination.Reserve(size);
        var written = DecompressAll(context, ref Start(room), (nuint)room.Length, in Start(source), (nuint)source.Length);
        if (IsError(written) != 0) MalformedFrameException.Throw("zstd: " + ErrorName(written));
        destination.Advance((int)written);
    }

    private static void ReadStream(DecompressionContext context, ReadOnlySpan<byte> source, DecompressionBuffer destination)
    {
        nuint read = 0;
        while (true)
        {
            var before = read;
            nuint written = 0;
            var room = destination.Reserve(0);
            var hint = DecompressSome(
                context, ref Start(room), (nuint)room.Length, ref written, in Start(source), (nuint)source.Length, ref read);
            if (IsError(hint) != 0) MalformedFrameException.Throw("zstd: " + ErrorName(hint));

            destination.Advance((int)written);
            if (hint == 0 && read == (nuint)source.Length) return; // at the end of a frame and of the bytes
            if (written > 0 || read > before) continue;

            if (room.Length == 0) destination.Reserve(1); // says that the bound is reached
            MalformedFrameException.Throw("zstd: frame is cut off");
        }
    }

    private static ref byte Start(Span<byte> bytes) => ref MemoryMarshal.GetReference(bytes);

    private static ref readonly byte Start(ReadOnlySpan<byte> bytes) => ref MemoryMarshal.GetReference(bytes);
}
