using System.Buffers;
using System.Text;
using Heliostat.Protocol.Compression;

namespace Heliostat.Protocol.Tests.Compression;

public class CodecsTests
{
    private const int Seed = 390;

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Bytes_of_every_size_and_texture_come_back(CompressionCodec codec)
    {
        using var buffer = new DecompressionBuffer();
        foreach (var size in (int[])[0, 1, 15, 16, 17, 1000, 32767, 32768, 32769, 65536, 65537, 200_000, 3_000_000])
        {
            foreach (var bytes in (byte[][])[Noise(size), Text(size), new byte[size]])
            {
                Codecs.Decompress(codec, Compress(codec, bytes), buffer);

                Assert.True(buffer.Written.SequenceEqual(bytes), $"size {size}, seed {Seed}");
            }
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip, new[] { -1, 1, 6, 9 })]
    [InlineData(CompressionCodec.Lz4, new[] { 1, 2, 3, 9, 12, 17 })]
    [InlineData(CompressionCodec.Zstd, new[] { -131072, -5, 1, 3, 12, 22 })]
    public void Every_level_of_Kafka_s_is_taken(CompressionCodec codec, int[] levels)
    {
        using var buffer = new DecompressionBuffer();
        var bytes = Text(100_000);
        foreach (var level in levels)
        {
            Codecs.Decompress(codec, Compress(codec, bytes, level), buffer);

            Assert.True(buffer.Written.SequenceEqual(bytes), $"level {level}");
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Output_is_appended(CompressionCodec codec)
    {
        var destination = new ArrayBufferWriter<byte>();
        destination.Write("header"u8);
        Codecs.Compress(codec, "body"u8, destination);
        using var buffer = new DecompressionBuffer();

        Codecs.Decompress(codec, destination.WrittenSpan[6..], buffer);

        Assert.Equal("body", Encoding.UTF8.GetString(buffer.Written));
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_bomb_is_refused_and_the_bound_itself_is_not(CompressionCodec codec)
    {
        const int bound = 100_000;
        using var buffer = new DecompressionBuffer(bound);

        Codecs.Decompress(codec, Compress(codec, new byte[bound]), buffer);
        Assert.Equal(bound, buffer.Written.Length);

        foreach (var size in (int[])[bound + 1, 2 * bound, 50_000_000])
        {
            var bomb = Compress(codec, new byte[size]);
            var error = Assert.Throws<MalformedFrameException>(() => Codecs.Decompress(codec, bomb, buffer));
            Assert.Contains("100000", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Streams_joined_are_read_as_one(CompressionCodec codec)
    {
        byte[] joined = [.. Compress(codec, Text(70_000)), .. Compress(codec, Noise(5000))];
        byte[] expected = [.. Text(70_000), .. Noise(5000)];
        using var buffer = new DecompressionBuffer();

        Codecs.Decompress(codec, joined, buffer);

        Assert.True(buffer.Written.SequenceEqual(expected));
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_stream_cut_off_anywhere_never_gives_all_bytes(CompressionCodec codec)
    {
        var bytes = Text(50_000);
        var compressed = Compress(codec, bytes);
        using var buffer = new DecompressionBuffer();

        for (var length = 1; length < compressed.Length; length += length < 64 ? 1 : 97)
        {
            try
            {
                Codecs.Decompress(codec, compressed.AsSpan(0, length), buffer);
                Assert.True(buffer.Written.Length <= bytes.Length);
                Assert.True(buffer.Written.SequenceEqual(bytes.AsSpan(0, buffer.Written.Length)), $"length {length}");
                Assert.True(codec is CompressionCodec.Gzip or CompressionCodec.Snappy, "lz4 and zstd know where a frame ends");
            }
            catch (MalformedFrameException)
            {
            }
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Mutated_streams_give_bytes_or_a_malformed_frame(CompressionCodec codec)
    {
        var random = new Random(Seed);
        var compressed = Compress(codec, Text(3000));
        using var buffer = new DecompressionBuffer(1 << 20);
        for (var run = 0; run < 5000; run++)
        {
            var mutated = compressed.ToArray();
            for (var i = random.Next(4); i >= 0; i--)
                mutated[random.Next(random.Next(2) == 0 ? 24 : mutated.Length)] = (byte)random.Next(256);
            try
            {
                Codecs.Decompress(codec, mutated, buffer);
                Assert.True(buffer.Written.Length <= 1 << 20);
            }
            catch (MalformedFrameException)
            {
            }
        }
    }

    [Fact]
    public void Bare_snappy_is_read()
    {
        var bytes = Text(100_000);
        using var buffer = new DecompressionBuffer();

        Codecs.Decompress(CompressionCodec.Snappy, Snappier.Snappy.CompressToArray(bytes), buffer);

        Assert.True(buffer.Written.SequenceEqual(bytes));
    }

    [Fact]
    public void Snappy_that_claims_more_than_it_can_hold_reserves_nothing()
    {
        byte[] claim = [0xFF, 0xFF, 0xFF, 0x7F, 0x00, 0x41];
        using var buffer = new DecompressionBuffer();

        Assert.Throws<MalformedFrameException>(() => Codecs.Decompress(CompressionCodec.Snappy, claim, buffer));
    }

    [Fact]
    public void The_lz4_header_checksum_of_old_clients_is_written_and_taken_for_magic_0_only()
    {
        var destination = new ArrayBufferWriter<byte>();
        Codecs.Compress(CompressionCodec.Lz4, Text(1000), destination, magic: 0);
        var compressed = destination.WrittenSpan.ToArray();
        using var buffer = new DecompressionBuffer();

        Codecs.Decompress(CompressionCodec.Lz4, compressed, buffer, magic: 0);
        Assert.True(buffer.Written.SequenceEqual(Text(1000)));
        Codecs.Decompress(CompressionCodec.Lz4, Compress(CompressionCodec.Lz4, Text(1000)), buffer, magic: 0);
        Assert.True(buffer.Written.SequenceEqual(Text(1000)));

        Assert.Throws<MalformedFrameException>(() => Codecs.Decompress(CompressionCodec.Lz4, compressed, buffer, magic: 1));
    }

    [Fact]
    public void Lz4_with_linked_blocks_sizes_and_checksums_is_read()
    {
        // lz4 -BD -B4 -BX --content-size
        var frame = Convert.FromBase64String(
            "BCJNGFxA4KUBAAAAAABFMQEAAMZoZWxpb3N0YXQgMCAMABcxDAAXMgwAFzMMABc0DAAXNQwAFzYMAA9UAP////////////////////////////////////////////////"
            + "//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////+KUCBoZWxp0JX+fbMAAAAC/P8P8P//////////////////////////////////////////////////////////////////////"
            + "//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "//////////////////////aFBhdCA0IJP/gm8AAAAAFIwLwA==");
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 9000).Select(i => $"heliostat {i % 7} ")));
        using var buffer = new DecompressionBuffer();

        Codecs.Decompress(CompressionCodec.Lz4, frame, buffer);
        Assert.True(buffer.Written.SequenceEqual(text));

        for (var at = 4; at < frame.Length; at++)
        {
            var damaged = frame.ToArray();
            damaged[at] ^= 0x10;
            Assert.Throws<MalformedFrameException>(() => Codecs.Decompress(CompressionCodec.Lz4, damaged, buffer));
        }
    }

    [Fact]
    public void Unknown_codecs_are_named()
    {
        using var buffer = new DecompressionBuffer();

        var error = Assert.Throws<MalformedFrameException>(() => Codecs.Decompress((CompressionCodec)6, [1], buffer));

        Assert.Equal("compression codec is unknown: 6", error.Message);
    }

    [Fact]
    public void Codecs_are_used_from_many_threads_at_once()
    {
        CompressionCodec[] codecs = Enum.GetValues<CompressionCodec>();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, run =>
        {
            using var buffer = new DecompressionBuffer();
            var bytes = Text(1000 + (run * 100));
            var codec = codecs[run % codecs.Length];

            Codecs.Decompress(codec, Compress(codec, bytes), buffer);

            Assert.True(buffer.Written.SequenceEqual(bytes), $"run {run}");
        });
    }

    private static byte[] Compress(CompressionCodec codec, byte[] bytes, int? level = null)
    {
        var destination = new ArrayBufferWriter<byte>();
        Codecs.Compress(codec, bytes, destination, level);
        return destination.WrittenSpan.ToArray();
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(int size)
    {
        var random = new Random(Seed);
        var text = new StringBuilder(size + 40);
        while (text.Length < size)
            text.Append("order ").Append(random.Next(1000)).Append(" placed by customer ").Append(random.Next(50)).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }
}
