using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Heliostat.Protocol.Compression;

/// <summary>lz4 in its frame format, with the independent blocks of 64 KiB that the Java client writes and is able to read (Lz4BlockOutputStream).</summary>
internal static partial class Lz4Codec
{
    public const int DefaultLevel = 9;

    private const uint FrameMagic = 0x184D2204;
    private const int ShortestHeader = 7;
    private const int LongestHeader = 19;
    private const int MinHighCompression = 3;

    private static readonly ContextPool<Context> Contexts = new(Context.Create);

    static Lz4Codec() => NativeCodecLibrary.Register();

    public static void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level, bool wrongHeaderChecksum)
    {
        var preferences = new Preferences
        {
            BlockSize = 4, // 64 KiB
            BlockMode = 1, // independent
            CompressionLevel = level == DefaultLevel ? 0 : Math.Max(level, MinHighCompression), // Java's default means the fast compressor
        };
        var room = destination.GetSpan(checked((int)CompressFrameBound((nuint)source.Length, in preferences)));
        var written = CompressFrame(ref Start(room), (nuint)room.Length, in Start(source), (nuint)source.Length, in preferences);
        if (IsError(written) != 0) throw new InvalidOperationException("lz4: " + ErrorName(written));

        // Old clients took the frame's magic number into the checksum.
        if (wrongHeaderChecksum) room[ShortestHeader - 1] = Lz4HeaderChecksum.Of(room[..(ShortestHeader - 1)]);
        destination.Advance((int)written);
    }

    public static void Decompress(ReadOnlySpan<byte> source, DecompressionBuffer destination, bool checkHeader)
    {
        var context = Contexts.Rent();
        try
        {
            Reset(context);
            if (!checkHeader) ReadHeaderUnchecked(context, ref source);
            ReadFrame(context, ref source, destination);

            // Frames joined are one stream; whatever else follows a frame is ignored, as Java ignores it.
            while (StartsFrame(source)) ReadFrame(context, ref source, destination);
        }
        finally
        {
            Contexts.Return(context);
        }
    }

    // Feeds a copy of the header that has the right checksum.
    private static void ReadHeaderUnchecked(Context context, ref ReadOnlySpan<byte> source)
    {
        if (source.Length < ShortestHeader || !StartsFrame(source)) return; // refused where the frame is read

        var flags = source[sizeof(uint)];
        var size = ShortestHeader + ((flags & 0x08) != 0 ? sizeof(ulong) : 0) + ((flags & 0x01) != 0 ? sizeof(uint) : 0);
        if (source.Length < size) return;

        Span<byte> header = stackalloc byte[LongestHeader];
        header = header[..size];
        source[..size].CopyTo(header);
        header[^1] = Lz4HeaderChecksum.Of(header[sizeof(uint)..^1]);
        ReadOnlySpan<byte> unread = header;
        while (unread.Length > 0) Step(context, ref unread, [], out _);
        source = source[size..];
    }

    private static void ReadFrame(Context context, ref ReadOnlySpan<byte> source, DecompressionBuffer destination)
    {
        while (true)
        {
            var before = source.Length;
            var room = destination.Reserve(0);
            var ended = Step(context, ref source, room, out var written);
            destination.Advance(written);
            if (ended) return;
            if (written > 0 || source.Length < before) continue;

            if (room.Length == 0) destination.Reserve(1); // says that the bound is reached
            MalformedFrameException.Throw("lz4: frame is cut off");
        }
    }

    // True at the end of a frame.
    private static bool Step(Context context, ref ReadOnlySpan<byte> source, Span<byte> room, out int written)
    {
        var read = (nuint)source.Length;
        var wrote = (nuint)room.Length;
        var hint = DecompressSome(context, ref Start(room), ref wrote, in Start(source), ref read, 0);
        if (IsError(hint) != 0) MalformedFrameException.Throw("lz4: " + ErrorName(hint));

        source = source[(int)read..];
        written = (int)wrote;
        return hint == 0;
    }

    private static bool StartsFrame(ReadOnlySpan<byte> source) =>
        source.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(source) == FrameMagic;

    private static ref byte Start(Span<byte> bytes) => ref MemoryMarshal.GetReference(bytes);

    private static ref readonly byte Start(ReadOnlySpan<byte> bytes) => ref MemoryMarshal.GetReference(bytes);
}
