using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using K4os.Compression.LZ4;

namespace Heliostat.Protocol.Compression;

/// <summary>
/// lz4 in its frame format, with the independent blocks of 64 KiB that the Java client writes and is able to read (Lz4BlockOutputStream).
/// </summary>
internal static class Lz4Codec
{
    public const int DefaultLevel = 9;

    private const int BlockBytes = 64 * 1024;
    private const uint StoredBlock = 0x80000000;

    public static void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level, bool wrongHeaderChecksum)
    {
        // Java's default level means the fast compressor.
        var compressor = level == DefaultLevel
            ? LZ4Level.L00_FAST
            : (LZ4Level)Math.Clamp(level, (int)LZ4Level.L03_HC, (int)LZ4Level.L12_MAX);
        destination.Advance(Lz4FrameHeader.Write(destination.GetSpan(Lz4FrameHeader.ShortestBytes), wrongHeaderChecksum));
        while (source.Length > 0)
        {
            var block = source[..Math.Min(BlockBytes, source.Length)];
            source = source[block.Length..];
            destination.Advance(WriteBlock(block, destination.GetSpan(sizeof(uint) + block.Length), compressor));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(destination.GetSpan(sizeof(uint)), 0);
        destination.Advance(sizeof(uint));
    }

    public static void Decompress(ReadOnlySpan<byte> source, DecompressionBuffer destination, bool checkHeader)
    {
        ReadFrame(ref source, destination, checkHeader);

        // Frames joined are one stream; whatever else follows a frame is ignored, as Java ignores it.
        while (Lz4FrameHeader.StartsFrame(source)) ReadFrame(ref source, destination, checkHeader: true);
    }

    /// <summary>A block that would not become smaller is stored as it is.</summary>
    private static int WriteBlock(ReadOnlySpan<byte> block, Span<byte> room, LZ4Level level)
    {
        var written = LZ4Codec.Encode(block, room.Slice(sizeof(uint), block.Length - 1), level);
        var stored = written <= 0;
        if (stored)
        {
            block.CopyTo(room[sizeof(uint)..]);
            written = block.Length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(room, (uint)written | (stored ? StoredBlock : 0));
        return sizeof(uint) + written;
    }

    private static void ReadFrame(ref ReadOnlySpan<byte> source, DecompressionBuffer destination, bool checkHeader)
    {
        var header = Lz4FrameHeader.Read(ref source, checkHeader);
        var start = destination.Written.Length;
        while (true)
        {
            var word = ReadUInt32(ref source);
            if (word == 0) break;

            var length = word & ~StoredBlock;
            if (length > header.BlockBytes || length > source.Length) MalformedFrameException.Throw("lz4: block length", length);
            var block = source[..(int)length];
            source = source[(int)length..];
            if (header.HasBlockChecksums && ReadUInt32(ref source) != XxHash32.HashToUInt32(block))
                MalformedFrameException.Throw("lz4: checksum of a block is wrong");
            if (word == length) Unpack(block, header, start, destination);
            else Store(block, destination);
        }

        var content = destination.Written[start..];
        if (header.HasContentChecksum && ReadUInt32(ref source) != XxHash32.HashToUInt32(content))
            MalformedFrameException.Throw("lz4: checksum of the content is wrong");
        if (header.ContentBytes is { } size && size != content.Length) MalformedFrameException.Throw("lz4: content size", size);
    }

    private static void Store(ReadOnlySpan<byte> block, DecompressionBuffer destination)
    {
        block.CopyTo(destination.Reserve(block.Length));
        destination.Advance(block.Length);
    }

    private static void Unpack(ReadOnlySpan<byte> block, Lz4FrameHeader header, int start, DecompressionBuffer destination)
    {
        // No byte of a block stands for more than 255.
        var most = (int)Math.Min(header.BlockBytes, 255L * block.Length);
        var room = destination.ReserveUpTo(most);
        room = room[..Math.Min(room.Length, most)];
        var before = destination.Written[start..];
        var dictionary = header.BlocksAreIndependent ? [] : before[^Math.Min(before.Length, BlockBytes)..];
        var written = LZ4Codec.Decode(block, room, dictionary);
        if (written < 0)
        {
            if (room.Length < most) destination.Reserve(room.Length + 1L); // says that the bound is reached
            MalformedFrameException.Throw("lz4: block is malformed, bytes", block.Length);
        }

        destination.Advance(written);
    }

    private static uint ReadUInt32(ref ReadOnlySpan<byte> source)
    {
        if (source.Length < sizeof(uint)) MalformedFrameException.Throw("lz4: frame is cut off");
        var value = BinaryPrimitives.ReadUInt32LittleEndian(source);
        source = source[sizeof(uint)..];
        return value;
    }
}
