using System.Buffers;
using System.Buffers.Binary;
using Heliostat.Protocol.Wire;
using Snappier;

namespace Heliostat.Protocol.Compression;

/// <summary>
/// snappy as the Java client frames it (xerial's SnappyOutputStream): a 16-byte header, then blocks of up to 32 KiB, each behind its
/// compressed length, big endian. Read as well: bare snappy, which other clients send.
/// </summary>
internal static class SnappyCodec
{
    private const int BlockBytes = 32 * 1024;
    private const int HeaderBytes = 16;

    // A snappy element is three bytes at least for the longest copy, of 64 bytes: nothing unpacks to more than that.
    private const int MaxRatio = 22;

    private static ReadOnlySpan<byte> Header =>
        [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1];

    private static ReadOnlySpan<byte> Magic => Header[..8];

    public static void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination)
    {
        destination.Write(Header);
        while (source.Length > 0)
        {
            var block = source[..Math.Min(BlockBytes, source.Length)];
            source = source[block.Length..];
            var room = destination.GetSpan(sizeof(int) + Snappy.GetMaxCompressedLength(block.Length));
            var written = Snappy.Compress(block, room[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(room, written);
            destination.Advance(sizeof(int) + written);
        }
    }

    public static void Decompress(ReadOnlySpan<byte> source, DecompressionBuffer destination)
    {
        if (!source.StartsWith(Magic))
        {
            DecompressBlock(source, destination);
            return;
        }

        while (source.Length > 0)
        {
            if (source.StartsWith(Magic)) // streams joined: each has its header
            {
                if (source.Length < HeaderBytes) MalformedFrameException.Throw("snappy: header is cut off, bytes", source.Length);
                source = source[HeaderBytes..];
                continue;
            }

            if (source.Length < sizeof(int)) MalformedFrameException.Throw("snappy: block length is cut off, bytes", source.Length);
            var length = BinaryPrimitives.ReadInt32BigEndian(source);
            source = source[sizeof(int)..];
            if (length < 0 || length > source.Length) MalformedFrameException.Throw("snappy: block length", length);
            DecompressBlock(source[..length], destination);
            source = source[length..];
        }
    }

    private static void DecompressBlock(ReadOnlySpan<byte> block, DecompressionBuffer destination)
    {
        var position = 0;
        if (!Varint.TryReadUInt32(block, ref position, out var length) || length > (long)block.Length * MaxRatio)
            MalformedFrameException.Throw("snappy: uncompressed length", length);
        var room = destination.Reserve(length);
        try
        {
            destination.Advance(Snappy.Decompress(block, room));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            MalformedFrameException.Throw("snappy: " + e.Message);
        }
    }
}
