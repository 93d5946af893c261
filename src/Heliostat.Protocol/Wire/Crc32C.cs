using System.Numerics;
using System.Runtime.InteropServices;

namespace Heliostat.Protocol.Wire;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of magic 2 batches, and its algebra. A CRC is a remainder of polynomials over GF(2), so it is linear:
/// what a change of some bytes does to it follows from what changed and from how many bytes come after, not from the bytes that stay.
/// The processor's instruction does the work; where there is none, <see cref="BitOperations"/> gives the same results from a table.
/// </summary>
public static class Crc32C
{
    private const uint Polynomial = 0x82F63B78; // reflected: the highest bit is x^0
    private const int StripeBytes = 4096;

    // Powers[256 * i + v] = x^(8 * v * 256^i): a shift by n bytes is one multiplication for each byte of n that is not zero.
    private static readonly uint[] Powers = MakePowers();
    private static readonly uint OneStripe = Power(StripeBytes);
    private static readonly uint TwoStripes = Power(2 * StripeBytes);

    /// <summary>The CRC-32C of <paramref name="bytes"/> as Kafka stores it.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Raw(~0u, bytes);

    /// <summary>Continues <paramref name="crc"/>, the CRC of what came before, over <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes) => ~Raw(~crc, bytes);

    /// <summary>The CRC of two runs of bytes joined, from the CRC of each and the length of the second.</summary>
    public static uint Combine(uint first, uint second, long secondLength) => Shift(first, secondLength) ^ second;

    /// <summary>
    /// The linear remainder: no inversion before or after. From 0, <c>Raw(a ^ b) == Raw(a) ^ Raw(b)</c> for runs of one length, and
    /// <c>Compute(a) ^ Compute(b) == Raw(a ^ b)</c>.
    /// </summary>
    public static uint Raw(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 3 * StripeBytes)
        {
            state = ThreeStripes(state, bytes[..(3 * StripeBytes)]);
            bytes = bytes[(3 * StripeBytes)..];
        }

        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) state = BitOperations.Crc32C(state, LittleEndian(word));
        foreach (var last in bytes[(words.Length * sizeof(ulong))..]) state = BitOperations.Crc32C(state, last);
        return state;
    }

    /// <summary>
    /// What a remainder becomes when <paramref name="byteCount"/> zero bytes follow: <paramref name="crc"/> times x^(8 * byteCount).
    /// </summary>
    public static uint Shift(uint crc, long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        for (var table = 0; byteCount != 0; byteCount >>= 8, table += 256)
        {
            var digit = (int)(byteCount & 0xff);
            if (digit != 0) crc = Multiply(crc, Powers[table + digit]);
        }

        return crc;
    }

    // The instruction takes three cycles but a new one can start in each: three independent runs keep it busy.
    private static uint ThreeStripes(uint state, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var first = words[..(StripeBytes / sizeof(ulong))];
        var second = words.Slice(first.Length, first.Length);
        var third = words.Slice(2 * first.Length, first.Length);
        uint middle = 0, last = 0;
        for (var i = 0; i < first.Length; i++)
        {
            state = BitOperations.Crc32C(state, LittleEndian(first[i]));
            middle = BitOperations.Crc32C(middle, LittleEndian(second[i]));
            last = BitOperations.Crc32C(last, LittleEndian(third[i]));
        }

        return Multiply(state, TwoStripes) ^ Multiply(middle, OneStripe) ^ last;
    }

    private static ulong LittleEndian(ulong word) =>
        BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            product ^= b & (uint)((int)a >> 31);
            b = TimesX(b);
        }

        return product;
    }

    private static uint TimesX(uint value) => (value >> 1) ^ (Polynomial & (0 - (value & 1)));

    private static uint Power(int byteCount) => Shift(1u << 31, byteCount);

    private static uint[] MakePowers()
    {
        var powers = new uint[8 * 256];
        var step = 1u << (31 - 8); // x^8: one byte
        for (var table = 0; table < powers.Length; table += 256)
        {
            powers[table] = 1u << 31; // x^0
            for (var digit = 1; digit < 256; digit++) powers[table + digit] = Multiply(powers[table + digit - 1], step);
            step = Multiply(powers[table + 255], step);
        }

        return powers;
    }
}
