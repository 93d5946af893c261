using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Protocol.Tests.Records;

public class LegacyMessageSetTests
{
    private const int Seed = 31;

    /// <summary>Formats and codecs that every machine has.</summary>
    public static TheoryData<byte, CompressionCodec> Own
    {
        get
        {
            var formats = new TheoryData<byte, CompressionCodec>();
            foreach (byte magic in (byte[])[0, 1])
            {
                foreach (var codec in (CompressionCodec[])[CompressionCodec.None, CompressionCodec.Gzip, CompressionCodec.Snappy])
                    formats.Add(magic, codec);
            }

            return formats;
        }
    }

    [Theory]
    [MemberData(nameof(Own))]
    [InlineData((byte)0, CompressionCodec.Lz4)]
    [InlineData((byte)1, CompressionCodec.Lz4)]
    public void Messages_come_back_as_they_were(byte magic, CompressionCodec codec)
    {
        var random = new Random(Seed);
        using var builder = new LegacyMessageSetBuilder(magic, codec);
        using var buffer = new DecompressionBuffer();
        for (var run = 0; run < 100; run++)
        {
            var records = SampleRecord.Some(random, 1 + random.Next(30), maxValue: 1 << random.Next(1, 13), holes: random.Next(2) == 0,
                headers: false);
            builder.Reset();
            foreach (var r in records) builder.Append(r.Offset, r.Timestamp, r.Key, r.Value);

            var found = new List<SampleRecord>();
            var bytes = builder.Build();
            var walker = new BatchWalker(bytes);
            var entries = 0;
            for (; walker.MoveNext(); entries++)
            {
                Assert.True(RecordBatch.IsCrcValid(walker.Current.Of(bytes)));
                found.AddRange(RecordDump.Records(walker.Current.Of(bytes), buffer));
            }

            Assert.Equal(bytes.Length, walker.Position);
            Assert.Equal(codec == CompressionCodec.None ? records.Count : 1, entries);
            Assert.Equal(records.Select(r => (magic == 0 ? r with { Timestamp = -1 } : r).ToString()), found.Select(r => r.ToString()));
        }
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    public void The_broker_s_time_wins_in_magic_1(CompressionCodec codec)
    {
        using var builder = new LegacyMessageSetBuilder(1, codec) { LogAppendTimestamp = 9999 };
        builder.Append(5, 1, "a"u8, "b"u8);
        builder.Append(6, 2, "c"u8, "d"u8);

        Assert.All(RecordDump.Of(builder.Build()).Where(line => !line.StartsWith("batch", StringComparison.Ordinal)),
            line => Assert.Contains(" 9999 ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_wrapper_s_time_counts_where_the_broker_stamped_it()
    {
        using var builder = new LegacyMessageSetBuilder(1, CompressionCodec.Gzip);
        builder.Append(5, 1, "a"u8, "b"u8);
        builder.Append(6, 2, "c"u8, "d"u8);
        var set = builder.Build().ToArray();
        set[17] |= 0x08; // what a broker does on append: it does not open the value
        BinaryPrimitives.WriteInt64BigEndian(set.AsSpan(18), 7777);

        Assert.Equal(["5 7777 x61 x62", "6 7777 x63 x64"], RecordDump.Of(set).Skip(1));
    }

    [Fact]
    public void A_wrapper_left_at_offset_0_means_that_inner_offsets_are_absolute()
    {
        using var builder = new LegacyMessageSetBuilder(1, CompressionCodec.Gzip);
        builder.Append(5, 1, "a"u8, "b"u8);
        builder.Append(6, 2, "c"u8, "d"u8);
        var set = builder.Build().ToArray();
        BinaryPrimitives.WriteInt64BigEndian(set, 0);

        Assert.Equal(["0 1 x61 x62", "1 2 x63 x64"], RecordDump.Of(set).Skip(1));
    }

    [Fact]
    public void A_cut_off_message_at_the_end_of_a_wrapper_is_left_alone()
    {
        using var inner = new LegacyMessageSetBuilder(1);
        inner.Append(0, 1, "a"u8, "b"u8);
        inner.Append(1, 2, "c"u8, "d"u8);
        var content = inner.Build().ToArray();

        Assert.Equal(["9 1 x61 x62"], RecordDump.Of(Wrap(content[..^1])).Skip(1));
    }

    [Fact]
    public void Wrappers_that_hold_what_they_must_not_are_refused()
    {
        using var inner = new LegacyMessageSetBuilder(1, CompressionCodec.Gzip);
        inner.Append(0, 1, "a"u8, "b"u8);
        var compressedInner = inner.Build().ToArray();
        using var modern = new RecordBatchBuilder();
        modern.Append(1, "a"u8, "b"u8);
        var modernInner = modern.Build().ToArray();

        foreach (var content in (byte[][])[compressedInner, modernInner, []])
        {
            var wrapper = Wrap(content);
            Assert.Throws<MalformedFrameException>(() => RecordDump.Of(wrapper));
        }

        var offsetTooHigh = Wrap(inner.Build().ToArray());
        BinaryPrimitives.WriteInt64BigEndian(offsetTooHigh, 1);
        Assert.Throws<MalformedFrameException>(() => RecordDump.Of(offsetTooHigh));
    }

    [Fact]
    public void Zstd_came_after_these_formats()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LegacyMessageSetBuilder(1, CompressionCodec.Zstd));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LegacyMessageSetBuilder(2));
        var set = Wrap([1, 2, 3]);
        set[17] = (byte)CompressionCodec.Zstd;

        Assert.Throws<MalformedFrameException>(() => RecordDump.Of(set));
    }

    // A plain message, relabelled as a wrapper around the compressed content.
    private static byte[] Wrap(byte[] content)
    {
        var value = new System.Buffers.ArrayBufferWriter<byte>();
        Codecs.Compress(CompressionCodec.Gzip, content, value);
        using var builder = new LegacyMessageSetBuilder(1);
        builder.Append(9, 1, NullableSpan.Null, value.WrittenSpan);
        var set = builder.Build().ToArray();
        set[17] = (byte)CompressionCodec.Gzip;
        return set;
    }
}
