using System.Numerics;

namespace Heliostat.Protocol.Wire;

/// <summary>
/// Kafka's variable-length integers: seven bits a byte, least significant first; signed ones are zigzag encoded (ByteUtils). What the last
/// byte that a value may take holds beyond its width is dropped, as Java drops it: brokers store records that have such.
/// </summary>
public static class Varint
{
    /// <summary>The most bytes that a 32-bit value takes.</summary>
    public const int MaxSize32 = 5;

    /// <summary>The most bytes that a 64-bit value takes.</summary>
    public const int MaxSize64 = 10;

    /// <summary>
    /// Reads an unsigned 32-bit value and moves <paramref name="position"/> behind it; false, and nothing moved, if it is cut off or too
    /// long.
    /// </summary>
    public static bool TryReadUInt32(ReadOnlySpan<byte> source, ref int position, out uint value)
    {
        if ((uint)position < (uint)source.Length && source[position] < 0x80)
        {
            value = source[position++];
            return true;
        }

        var read = TryReadUInt64(source, position, MaxSize32, out var wide, out var next);
        value = read ? (uint)wide : 0;
        position = read ? next : position;
        return read;
    }

    /// <summary>
    /// Reads a zigzag encoded 32-bit value and moves <paramref name="position"/> behind it; false, and nothing moved, if it is cut off or
    /// too long.
    /// </summary>
    public static bool TryReadInt32(ReadOnlySpan<byte> source, ref int position, out int value)
    {
        var read = TryReadUInt32(source, ref position, out var raw);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    /// <summary>
    /// Reads an unsigned 64-bit value and moves <paramref name="position"/> behind it; false, and nothing moved, if it is cut off or too
    /// long.
    /// </summary>
    public static bool TryReadUInt64(ReadOnlySpan<byte> source, ref int position, out ulong value)
    {
        var read = TryReadUInt64(source, position, MaxSize64, out value, out var next);
        position = read ? next : position;
        return read;
    }

    /// <summary>
    /// Reads a zigzag encoded 64-bit value and moves <paramref name="position"/> behind it; false, and nothing moved, if it is cut off or
    /// too long.
    /// </summary>
    public static bool TryReadInt64(ReadOnlySpan<byte> source, ref int position, out long value)
    {
        var read = TryReadUInt64(source, ref position, out var raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }

    /// <summary>Reads an unsigned 32-bit value or throws <see cref="MalformedFrameException"/>.</summary>
    public static uint ReadUInt32(ReadOnlySpan<byte> source, ref int position)
    {
        if (!TryReadUInt32(source, ref position, out var value)) ThrowUnreadable(position);
        return value;
    }

    /// <summary>Reads a zigzag encoded 32-bit value or throws <see cref="MalformedFrameException"/>.</summary>
    public static int ReadInt32(ReadOnlySpan<byte> source, ref int position)
    {
        if (!TryReadInt32(source, ref position, out var value)) ThrowUnreadable(position);
        return value;
    }

    /// <summary>Reads an unsigned 64-bit value or throws <see cref="MalformedFrameException"/>.</summary>
    public static ulong ReadUInt64(ReadOnlySpan<byte> source, ref int position)
    {
        if (!TryReadUInt64(source, ref position, out var value)) ThrowUnreadable(position);
        return value;
    }

    /// <summary>Reads a zigzag encoded 64-bit value or throws <see cref="MalformedFrameException"/>.</summary>
    public static long ReadInt64(ReadOnlySpan<byte> source, ref int position)
    {
        if (!TryReadInt64(source, ref position, out var value)) ThrowUnreadable(position);
        return value;
    }

    /// <summary>Writes at the start of <paramref name="destination"/> and returns the bytes written.</summary>
    public static int WriteUInt32(Span<byte> destination, uint value) => WriteUInt64(destination, value);

    /// <summary>Writes zigzag encoded at the start of <paramref name="destination"/> and returns the bytes written.</summary>
    public static int WriteInt32(Span<byte> destination, int value) => WriteUInt64(destination, ZigZag(value));

    /// <summary>Writes zigzag encoded at the start of <paramref name="destination"/> and returns the bytes written.</summary>
    public static int WriteInt64(Span<byte> destination, long value) => WriteUInt64(destination, ZigZag(value));

    /// <summary>Writes at the start of <paramref name="destination"/> and returns the bytes written.</summary>
    public static int WriteUInt64(Span<byte> destination, ulong value)
    {
        var written = 0;
        while (value >= 0x80)
        {
            destination[written++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[written++] = (byte)value;
        return written;
    }

    /// <summary>The bytes that <see cref="WriteInt32"/> writes.</summary>
    public static int SizeOfInt32(int value) => SizeOfUInt64(ZigZag(value));

    /// <summary>The bytes that <see cref="WriteInt64"/> writes.</summary>
    public static int SizeOfInt64(long value) => SizeOfUInt64(ZigZag(value));

    /// <summary>The bytes that <see cref="WriteUInt64"/> writes.</summary>
    public static int SizeOfUInt64(ulong value) => (BitOperations.Log2(value) / 7) + 1;

    private static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static bool TryReadUInt64(ReadOnlySpan<byte> source, int position, int maxSize, out ulong value, out int next)
    {
        value = 0;
        next = position;
        for (var size = 0; size < maxSize && (uint)next < (uint)source.Length; size++)
        {
            var b = source[next++];
            value |= (ulong)(b & 0x7f) << (7 * size);
            if (b < 0x80) return true;
        }

        return false;
    }

    private static void ThrowUnreadable(int position) =>
        MalformedFrameException.Throw("varint is cut off or too long, at byte", position);
}
