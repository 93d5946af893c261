using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Transactions;

/// <summary>
/// Many records without key, value and headers, all of one time, as one frame of zstd (RFC 8878). They differ in their offsets only: every
/// 64 records one byte of those changes, every 8192 another, and the rest is as it was so many records before. Said in those words half a
/// million records take 5 KB, where a compressor, which does not know, makes 370 KB of them.
/// <list type="bullet">
/// <item>A. A block of repetitions begins at the byte that changes: that is its only literal, and each of its sequences is one literal and
/// a match of the same length and distance.</item>
/// <item>B. So literals and all three codes are of mode RLE, and take a byte each, however many sequences there are.</item>
/// </list>
/// </summary>
internal static class EmptyRecords
{
    /// <summary>The fewest and the most records that may be asked for: their offsets reach into three bytes, and not into four.</summary>
    public const int Fewest = 20_000, Most = 1 << 20;

    /// <summary>Magic number; no content size, no checksum, and a window of 128 KB.</summary>
    private static ReadOnlySpan<byte> Header => [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];

    /// <summary>So many records have the same bytes but for the second of their offset, and but for the third.</summary>
    private const int Cycle = 64, LongCycle = 128 * Cycle;

    /// <summary>Sizes of records whose offsets are of two and of three bytes.</summary>
    private const int Two = 8, Three = 9;

    private enum BlockType
    {
        Raw = 0,
        Compressed = 2,
    }

    /// <summary>Writes <paramref name="count"/> records.</summary>
    public static void Write(IBufferWriter<byte> to, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Fewest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        to.Write(Header);

        // Offsets of one byte, and the first cycle of two, up to what changes in the record after it.
        Raw(to, 0, 2 * Cycle, skipped: 0, more: Two / 2);
        First(to, [2], distance: Two * Cycle, length: Two - 1);
        Repeat(to, 2, Cycle - 1, Two - 1);
        for (var cycle = 3; cycle < LongCycle / Cycle; cycle++)
        {
            // The last record of two bytes is not followed by one of its like.
            Repeat(to, (byte)cycle, cycle == (LongCycle / Cycle) - 1 ? Cycle - 1 : Cycle, Two - 1);
        }

        Raw(to, LongCycle - 1, LongCycle + Cycle, skipped: Two / 2, more: 4);
        First(to, [0x81], distance: Three * Cycle, length: Three - 1);
        Repeat(to, 0x81, Cycle - 1, Three - 1);
        for (var cycle = 2; cycle < LongCycle / Cycle; cycle++)
        {
            Repeat(to, (byte)(0x80 | cycle), Cycle, Three - 1);
        }

        First(to, [0x80, 2], distance: Three * LongCycle, length: Three - 1);
        for (int next = (2 * LongCycle) + 1, last = count - 1; next < last;)
        {
            var many = Math.Min(last, LongCycle * ((next / LongCycle) + 1)) - next;
            Repeat(to, (byte)(next / LongCycle), many, Three - 1);
            next += many;
        }

        Raw(to, count - 1, count, skipped: 5, more: 0, isLast: true);
    }

    /// <summary>Records as they are, without the first bytes of the first, and with the first of the one after the last.</summary>
    private static void Raw(IBufferWriter<byte> to, int from, int until, int skipped, int more, bool isLast = false)
    {
        Span<byte> bytes = stackalloc byte[((until - from + 1) * Three) + Varint.MaxSize32];
        var length = 0;
        for (var offset = from; offset < until; offset++)
        {
            length += Record(bytes[length..], offset);
        }

        _ = Record(bytes[length..], until);
        Block(to, BlockType.Raw, bytes[skipped..(length + more)], isLast);
    }

    private static int Record(Span<byte> to, int offset)
    {
        const int Rest = 6;
        var position = Varint.WriteInt32(to, Varint.SizeOfInt32(offset) + Rest - 1);
        to[position++] = 0;
        to[position++] = 0;
        position += Varint.WriteInt32(to[position..], offset);
        position += Varint.WriteInt32(to[position..], -1);
        position += Varint.WriteInt32(to[position..], -1);
        to[position++] = 0;
        return position;
    }

    /// <summary>One sequence that says how far back the following repetitions go.</summary>
    private static void First(IBufferWriter<byte> to, ReadOnlySpan<byte> literals, int distance, int length)
    {
        Span<byte> block = stackalloc byte[16];
        block[0] = (byte)(literals.Length << 3);
        literals.CopyTo(block[1..]);
        var at = 1 + literals.Length;
        var value = (uint)distance + 3;
        var code = BitOperations.Log2(value);
        block[at++] = 1;
        at = Codes(block, at, literals.Length, code, length);

        // The bits below the highest are the offset's; one more set bit ends the stream, which is read from its end.
        BinaryPrimitives.WriteUInt32LittleEndian(block[at..], value);
        Block(to, BlockType.Compressed, block[..(at + (code / 8) + 1)], isLast: false);
    }

    /// <summary>The same literal and a match of the same length as far back as the one before, <paramref name="times"/> times.</summary>
    private static void Repeat(IBufferWriter<byte> to, byte literal, int times, int length)
    {
        const int Rle = 1;
        Span<byte> block = stackalloc byte[16];
        var (format, size) = times < 32 ? (0, 1) : times < 4096 ? (1, 2) : (3, 3);
        BinaryPrimitives.WriteInt32LittleEndian(block, size == 1 ? Rle | (times << 3) : Rle | (format << 2) | (times << 4));
        block[size] = literal;
        var at = size + 1;
        if (times >= 128)
        {
            block[at++] = (byte)((times >> 8) + 128);
        }

        block[at++] = (byte)times;
        at = Codes(block, at, literals: 1, offset: 0, length);
        block[at++] = 1;
        Block(to, BlockType.Compressed, block[..at], isLast: false);
    }

    /// <summary>All three of mode RLE.</summary>
    private static int Codes(Span<byte> block, int at, int literals, int offset, int length)
    {
        block[at++] = 0b01_01_01_00;
        block[at++] = (byte)literals;
        block[at++] = (byte)offset;
        block[at++] = (byte)(length - 3);
        return at;
    }

    private static void Block(IBufferWriter<byte> to, BlockType type, ReadOnlySpan<byte> content, bool isLast)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, (content.Length << 3) | ((int)type << 1) | (isLast ? 1 : 0));
        to.Write(header[..3]);
        to.Write(content);
    }
}
