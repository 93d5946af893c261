using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Wire;

public class VarintTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(63, "7E")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(8191, "FE7F")]
    [InlineData(-8193, "818001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    public void Signed_values_have_the_bytes_of_Kafka_s_ByteUtils(int value, string hex)
    {
        var bytes = new byte[Varint.MaxSize32];
        var size = Varint.WriteInt32(bytes, value);
        var position = 0;

        Assert.Equal(hex, Convert.ToHexString(bytes, 0, size));
        Assert.Equal(size, Varint.SizeOfInt32(value));
        Assert.Equal(value, Varint.ReadInt32(bytes, ref position));
        Assert.Equal(size, position);
    }

    [Fact]
    public void Every_width_round_trips_and_is_measured()
    {
        var bytes = new byte[Varint.MaxSize64];
        for (var bit = 0; bit <= 64; bit++)
        {
            foreach (var off in (int[])[-1, 0, 1])
            {
                var value = (bit == 64 ? 0 : 1UL << bit) + (ulong)(long)off;
                var position = 0;

                var size = Varint.WriteUInt64(bytes, value);
                Assert.Equal(value, Varint.ReadUInt64(bytes, ref position));
                Assert.Equal(size, position);
                Assert.Equal(size, Varint.SizeOfUInt64(value));

                position = 0;
                size = Varint.WriteInt64(bytes, (long)value);
                Assert.Equal((long)value, Varint.ReadInt64(bytes, ref position));
                Assert.Equal(size, position);
                Assert.Equal(size, Varint.SizeOfInt64((long)value));

                position = 0;
                size = Varint.WriteUInt32(bytes, (uint)value);
                Assert.Equal((uint)value, Varint.ReadUInt32(bytes, ref position));
                Assert.Equal(size, position);
            }
        }
    }

    /// <summary>The values are those of Java's ByteUtils.</summary>
    [Fact]
    public void Bits_beyond_the_width_are_dropped_as_Java_drops_them()
    {
        Assert.Equal(uint.MaxValue, Read("FFFFFFFF1F", Varint.ReadUInt32));
        Assert.Equal(int.MinValue, Read("FFFFFFFF7F", Varint.ReadInt32));
        Assert.Equal(0, Read("8080808010", Varint.ReadInt32));
        Assert.Equal(-4611686018427387904, Read("FFFFFFFFFFFFFFFFFF02", Varint.ReadInt64));
        Assert.Equal(long.MinValue, Read("FFFFFFFFFFFFFFFFFF7F", Varint.ReadInt64));
        Assert.Equal(0UL, Read("8080808080808080807E", Varint.ReadUInt64));

        static T Read<T>(string hex, Reads<T> read)
        {
            var position = 0;
            var value = read(Convert.FromHexString(hex), ref position);
            Assert.Equal(hex.Length / 2, position);
            return value;
        }
    }

    private delegate T Reads<T>(ReadOnlySpan<byte> source, ref int position);

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFF")]
    [InlineData("FFFFFFFFFF01")]
    [InlineData("8080808080")]
    public void What_is_cut_off_or_longer_than_32_bits_take_is_refused_and_nothing_moves(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var position = 0;

        Assert.False(Varint.TryReadUInt32(bytes, ref position, out _));
        Assert.False(Varint.TryReadInt32(bytes, ref position, out _));
        Assert.Equal(0, position);
        Assert.Throws<MalformedFrameException>(() => Varint.ReadUInt32(bytes, ref position));
        Assert.Throws<MalformedFrameException>(() => Varint.ReadInt32(bytes, ref position));
    }

    [Theory]
    [InlineData("8080808080808080808001")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    public void What_is_cut_off_or_longer_than_64_bits_take_is_refused(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var position = 0;

        Assert.False(Varint.TryReadUInt64(bytes, ref position, out _));
        Assert.False(Varint.TryReadInt64(bytes, ref position, out _));
        Assert.Equal(0, position);
        Assert.Throws<MalformedFrameException>(() => Varint.ReadUInt64(bytes, ref position));
        Assert.Throws<MalformedFrameException>(() => Varint.ReadInt64(bytes, ref position));
    }

    [Fact]
    public void A_position_outside_the_bytes_is_refused()
    {
        var position = 2;

        Assert.False(Varint.TryReadUInt32([1, 2], ref position, out _));
        position = -1;
        Assert.False(Varint.TryReadUInt64([1, 2], ref position, out _));
    }
}
