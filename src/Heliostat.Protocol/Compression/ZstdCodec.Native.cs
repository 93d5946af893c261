using System.Runtime.InteropServices;

namespace Heliostat.Protocol.Compression;

// zstd.h. Sizes are size_t; a size that IsError says yes to is an error code.
internal static partial class ZstdCodec
{
    private const string Library = NativeCodecLibrary.Zstd;

    [DllImport(Library, EntryPoint = "ZSTD_compressBound")]
    private static extern nuint CompressBound(nuint sourceSize);

    [DllImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static extern nint CreateCompressionContext();

    [DllImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    private static extern nuint FreeCompressionContext(nint context);

    [DllImport(Library, EntryPoint = "ZSTD_sizeof_CCtx")]
    private static extern nuint SizeOf(CompressionContext context);

    [DllImport(Library, EntryPoint = "ZSTD_compressCCtx")]
    private static extern nuint CompressAll(
        CompressionContext context, ref byte destination, nuint capacity, in byte source, nuint sourceSize, int level);

    [DllImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static extern nint CreateDecompressionContext();

    [DllImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    private static extern nuint FreeDecompressionContext(nint context);

    [DllImport(Library, EntryPoint = "ZSTD_sizeof_DCtx")]
    private static extern nuint SizeOf(DecompressionContext context);

    [DllImport(Library, EntryPoint = "ZSTD_DCtx_reset")]
    private static extern nuint Reset(DecompressionContext context, int directive);

    [DllImport(Library, EntryPoint = "ZSTD_findDecompressedSize")]
    private static extern ulong FindDecompressedSize(in byte source, nuint sourceSize); // 2^64-1: a frame does not say; 2^64-2: malformed

    [DllImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    private static extern nuint DecompressAll(DecompressionContext context, ref byte destination, nuint capacity, in byte source, nuint sourceSize);

    [DllImport(Library, EntryPoint = "ZSTD_decompressStream_simpleArgs")]
    private static extern nuint DecompressSome(
        DecompressionContext context, ref byte destination, nuint capacity, ref nuint written, in byte source, nuint sourceSize, ref nuint read);

    [DllImport(Library, EntryPoint = "ZSTD_isError")]
    private static extern uint IsError(nuint code);

    [DllImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static extern nint GetErrorName(nuint code);

    private static void ResetSession(DecompressionContext context) => Reset(context, 1);

    private static string ErrorName(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? "unknown error";

    private sealed class CompressionContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public static CompressionContext Create()
        {
            var context = new CompressionContext();
            context.SetHandle(CreateCompressionContext());
            return context.IsInvalid ? throw new InvalidOperationException("zstd: no memory for a compression context") : context;
        }

        protected override bool ReleaseHandle() => IsError(FreeCompressionContext(handle)) == 0;
    }

    private sealed class DecompressionContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public static DecompressionContext Create()
        {
            var context = new DecompressionContext();
            context.SetHandle(CreateDecompressionContext());
            return context.IsInvalid ? throw new InvalidOperationException("zstd: no memory for a decompression context") : context;
        }

        protected override bool ReleaseHandle() => IsError(FreeDecompressionContext(handle)) == 0;
    }
}
