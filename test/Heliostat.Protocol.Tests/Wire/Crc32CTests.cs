using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Wire;

public class Crc32CTests
{
    private const int Seed = 20240611;

    [Fact]
    public void Known_checksums_come_out()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32])); // RFC 3720, B.4
        Assert.Equal(0u, Crc32C.Compute([]));
        Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));
    }

    [Fact]
    public void Every_length_equals_a_bitwise_division()
    {
        var random = new Random(Seed);
        var bytes = new byte[3 * 12288 + 17];
        random.NextBytes(bytes);

        foreach (var length in Lengths(bytes.Length))
            Assert.Equal(Bitwise(bytes.AsSpan(0, length)), Crc32C.Compute(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Shift_equals_appending_zero_bytes()
    {
        var random = new Random(Seed);
        foreach (var count in (int[])[0, 1, 2, 7, 8, 255, 256, 257, 65_535, 65_536, 1_000_003, 20_000_000])
        {
            var crc = (uint)random.NextInt64(uint.MaxValue);

            Assert.Equal(Crc32C.Raw(crc, new byte[count]), Crc32C.Shift(crc, count));
        }
    }

    [Fact]
    public void Shifts_add_up_beyond_what_memory_holds()
    {
        const long terabytes = 7L << 42;

        Assert.Equal(Crc32C.Shift(0x12345678, terabytes), Crc32C.Shift(Crc32C.Shift(0x12345678, terabytes - 12345), 12345));
    }

    [Fact]
    public void Two_runs_combine()
    {
        var random = new Random(Seed);
        var bytes = new byte[50_000];
        random.NextBytes(bytes);
        foreach (var split in Lengths(bytes.Length))
        {
            var first = Crc32C.Compute(bytes.AsSpan(0, split));
            var second = Crc32C.Compute(bytes.AsSpan(split));

            Assert.Equal(Crc32C.Compute(bytes), Crc32C.Combine(first, second, bytes.Length - split));
            Assert.Equal(Crc32C.Compute(bytes), Crc32C.Append(first, bytes.AsSpan(split)));
        }
    }

    private static IEnumerable<int> Lengths(int max)
    {
        for (var length = 0; length <= 70; length++) yield return length;
        for (var length = 4001; length < max; length += 4099) yield return length;
        yield return 12287;
        yield return 12288;
        yield return max;
    }

    private static uint Bitwise(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }
}
