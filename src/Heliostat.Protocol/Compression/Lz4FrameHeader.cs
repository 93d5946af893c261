using System.Buffers.Binary;
using System.IO.Hashing;

namespace Heliostat.Protocol.Compression;

/// <summary>What an lz4 frame says of itself before its blocks (the frame format of the lz4 project, version 01).</summary>
internal readonly struct Lz4FrameHeader
{
    /// <summary>Magic number, flags, block descriptor, checksum.</summary>
    public const int ShortestBytes = 7;

    private const uint Magic = 0x184D2204;
    private const byte Version = 0x40;
    private const byte Independent = 0x20;
    private const byte BlockChecksums = 0x10;
    private const byte ContentSize = 0x08;
    private const byte ContentChecksum = 0x04;
    private const byte Dictionary = 0x01;
    private const byte Blocks64KiB = 4 << 4;

    private readonly byte _flags;

    private Lz4FrameHeader(byte flags, int blockBytes, long? contentBytes) =>
        (_flags, BlockBytes, ContentBytes) = (flags, blockBytes, contentBytes);

    /// <summary>The most bytes that a block unpacks to: 64 KiB to 4 MiB.</summary>
    public int BlockBytes { get; }

    /// <summary>Bytes of the whole frame, unpacked, where it says so.</summary>
    public long? ContentBytes { get; }

    /// <summary>False where blocks refer to what came before them.</summary>
    public bool BlocksAreIndependent => (_flags & Independent) != 0;

    public bool HasBlockChecksums => (_flags & BlockChecksums) != 0;

    public bool HasContentChecksum => (_flags & ContentChecksum) != 0;

    public static bool StartsFrame(ReadOnlySpan<byte> source) =>
        source.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(source) == Magic;

    /// <summary>Writes the header that the Java client writes, and gives its length.</summary>
    /// <param name="destination">Takes <see cref="ShortestBytes"/>.</param>
    /// <param name="wrongChecksum">Take the magic number into the checksum, as old clients did (KIP-57).</param>
    public static int Write(Span<byte> destination, bool wrongChecksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        destination[4] = Version | Independent;
        destination[5] = Blocks64KiB;
        destination[6] = Checksum(destination[(wrongChecksum ? 0 : 4)..6]);
        return ShortestBytes;
    }

    /// <summary>Reads a header and steps behind it; throws <see cref="MalformedFrameException"/>.</summary>
    public static Lz4FrameHeader Read(ref ReadOnlySpan<byte> source, bool checkChecksum)
    {
        if (!StartsFrame(source)) MalformedFrameException.Throw("lz4: not a frame");
        if (source.Length < ShortestBytes) MalformedFrameException.Throw("lz4: header is cut off, bytes", source.Length);
        var (flags, descriptor) = (source[4], source[5]);
        if ((flags & 0xC2) != Version || (flags & Dictionary) != 0) MalformedFrameException.Throw("lz4: flags", flags);
        if ((descriptor & 0x8F) != 0 || descriptor < Blocks64KiB) MalformedFrameException.Throw("lz4: block descriptor", descriptor);

        var length = ShortestBytes + ((flags & ContentSize) != 0 ? sizeof(long) : 0);
        if (source.Length < length) MalformedFrameException.Throw("lz4: header is cut off, bytes", source.Length);
        if (checkChecksum && source[length - 1] != Checksum(source[4..(length - 1)]))
            MalformedFrameException.Throw("lz4: checksum of the header is wrong");

        long? contentBytes = (flags & ContentSize) != 0 ? BinaryPrimitives.ReadInt64LittleEndian(source[6..]) : null;
        source = source[length..];
        return new Lz4FrameHeader(flags, 1 << (8 + (2 * (descriptor >> 4))), contentBytes);
    }

    /// <summary>The second byte of the descriptor's xxHash32.</summary>
    private static byte Checksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash32.HashToUInt32(descriptor) >> 8);
}
