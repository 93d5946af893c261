using System.Runtime.InteropServices;

namespace Heliostat.Protocol.Compression;

// lz4frame.h. Sizes are size_t; a size that IsError says yes to is an error code.
internal static partial class Lz4Codec
{
    private const string Library = NativeCodecLibrary.Lz4;
    private const uint Version = 100;

    [DllImport(Library, EntryPoint = "LZ4F_compressFrameBound")]
    private static extern nuint CompressFrameBound(nuint sourceSize, in Preferences preferences);

    [DllImport(Library, EntryPoint = "LZ4F_compressFrame")]
    private static extern nuint CompressFrame(
        ref byte destination, nuint capacity, in byte source, nuint sourceSize, in Preferences preferences);

    [DllImport(Library, EntryPoint = "LZ4F_createDecompressionContext")]
    private static extern nuint CreateDecompressionContext(out nint context, uint version);

    [DllImport(Library, EntryPoint = "LZ4F_freeDecompressionContext")]
    private static extern nuint FreeDecompressionContext(nint context);

    [DllImport(Library, EntryPoint = "LZ4F_resetDecompressionContext")]
    private static extern void Reset(Context context);

    [DllImport(Library, EntryPoint = "LZ4F_decompress")]
    private static extern nuint DecompressSome(
        Context context, ref byte destination, ref nuint destinationSize, in byte source, ref nuint sourceSize, nint options);

    [DllImport(Library, EntryPoint = "LZ4F_isError")]
    private static extern uint IsError(nuint code);

    [DllImport(Library, EntryPoint = "LZ4F_getErrorName")]
    private static extern nint GetErrorName(nuint code);

    private static string ErrorName(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? "unknown error";

    [StructLayout(LayoutKind.Sequential)]
    private struct Preferences
    {
        public int BlockSize;
        public int BlockMode;
        public int ContentChecksum;
        public int FrameType;
        public ulong ContentSize;
        public uint DictionaryId;
        public int BlockChecksum;
        public int CompressionLevel;
        public uint AutoFlush;
        public uint FavorDecompressionSpeed;
        public uint Reserved0;
        public uint Reserved1;
        public uint Reserved2;
    }

    private sealed class Context() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public static Context Create()
        {
            var context = new Context();
            var code = CreateDecompressionContext(out var created, Version);
            if (IsError(code) != 0) throw new InvalidOperationException("lz4: " + ErrorName(code));
            context.SetHandle(created);
            return context;
        }

        protected override bool ReleaseHandle() => IsError(FreeDecompressionContext(handle)) == 0;
    }
}
