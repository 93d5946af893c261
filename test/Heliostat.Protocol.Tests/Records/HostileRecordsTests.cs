using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Protocol.Tests.Records;

public class HostileRecordsTests
{
    private const int Seed = 666;
    private const int Bound = 1 << 20;
    private const int GzipTrailer = 10; // checksum and length, and the bits that end the last block

    /// <summary>Formats and codecs that every machine has.</summary>
    public static TheoryData<byte, CompressionCodec> Own
    {
        get
        {
            var formats = LegacyMessageSetTests.Own;
            foreach (var codec in (CompressionCodec[])[CompressionCodec.None, CompressionCodec.Gzip, CompressionCodec.Snappy])
                formats.Add(2, codec);
            return formats;
        }
    }

    [Theory]
    [MemberData(nameof(Own))]
    [InlineData((byte)0, CompressionCodec.Lz4)]
    [InlineData((byte)1, CompressionCodec.Lz4)]
    [InlineData((byte)2, CompressionCodec.Lz4)]
    [InlineData((byte)2, CompressionCodec.Zstd)]
    public void A_batch_cut_off_anywhere_is_refused(byte magic, CompressionCodec codec)
    {
        var bytes = Sample(magic, codec);
        var needed = bytes.Length - (magic == 2 && codec == CompressionCodec.Gzip ? GzipTrailer : 0); // the framework does not miss it
        for (var length = 0; length < needed; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<MalformedFrameException>(() => Read(cut));
            if (length < 26) continue;

            BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(8), length - 12); // as if it were meant
            Assert.Throws<MalformedFrameException>(() => Read(cut));
        }
    }

    [Theory]
    [MemberData(nameof(Own))]
    [InlineData((byte)0, CompressionCodec.Lz4)]
    [InlineData((byte)1, CompressionCodec.Lz4)]
    [InlineData((byte)2, CompressionCodec.Lz4)]
    [InlineData((byte)2, CompressionCodec.Zstd)]
    public void Mutated_batches_give_records_or_a_malformed_frame(byte magic, CompressionCodec codec)
    {
        var random = new Random(Seed);
        var bytes = Sample(magic, codec);
        for (var run = 0; run < 5000; run++)
        {
            var mutated = bytes.ToArray();
            for (var i = random.Next(5); i >= 0; i--)
            {
                var at = random.Next(mutated.Length);
                mutated[at] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => 0xFF,
                    _ => (byte)(mutated[at] ^ (1 << random.Next(8)))
                };
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            Swallow(() => RecordDump.Of(mutated, Bound));
            Swallow(() => Read(mutated));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20 * Bound, $"run {run}, seed {Seed}");
        }
    }

    [Theory]
    [InlineData(57, int.MaxValue)]
    [InlineData(57, -1)]
    [InlineData(57, 2)]
    [InlineData(57, 4)]
    [InlineData(57, 0)]
    [InlineData(8, int.MaxValue)]
    [InlineData(8, -1)]
    [InlineData(8, 48)]
    public void Counts_and_lengths_that_lie_are_refused(int field, int value)
    {
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < 3; i++) builder.Append(0, "k"u8, "v"u8);
        var batch = builder.Build().ToArray();
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(field), value);

        Assert.Throws<MalformedFrameException>(() => Read(batch));
    }

    [Theory]
    [InlineData("00")] // no room for anything
    [InlineData("0C 00 00 00 05 6B 00 00")] // key length -3
    [InlineData("0C 00 00 00 0A 6B 01 00")] // key beyond the record
    [InlineData("0C 00 00 00 02 6B 03 00")] // value length -2
    [InlineData("0C 00 00 00 02 6B 08 00")] // value beyond the record
    [InlineData("0C 00 00 00 02 6B 01 01")] // header count -1
    [InlineData("0C 00 00 00 02 6B 01 02")] // a header that is not there
    [InlineData("0E 00 00 00 02 6B 01 00 00")] // a byte behind the headers
    [InlineData("10 00 00 00 01 01 02 01 00 00")] // header key null
    [InlineData("10 00 00 00 01 01 02 00 03 00")] // header value length -2
    [InlineData("12 00 00 00 01 01 FE FF FF FF 0F")] // a header count of two milliards
    [InlineData("FE FF FF FF 0F 00")] // record length of two gigabytes
    [InlineData("01 00")] // record length -1
    [InlineData("0C 00 00 00 02 6B 01 00 00")] // a byte behind the records
    public void Records_that_lie_are_refused(string hex)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, "k"u8, NullableSpan.Null);
        byte[] batch = [.. builder.Build()[..61], .. Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);

        Assert.Throws<MalformedFrameException>(() => Read(batch));
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_bomb_is_refused_at_the_bound(CompressionCodec codec)
    {
        using var builder = new RecordBatchBuilder(codec);
        builder.Append(0, NullableSpan.Null, new byte[Bound]);
        var batch = builder.Build().ToArray();

        var error = Assert.Throws<MalformedFrameException>(() => Read(batch));

        Assert.Contains($"{Bound}", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Sample(byte magic, CompressionCodec codec)
    {
        var records = SampleRecord.Some(new Random(Seed), magic < 2 && codec == CompressionCodec.None ? 1 : 8, maxValue: 60,
            headers: magic == 2);
        if (magic == 2)
        {
            using var builder = new RecordBatchBuilder(codec);
            return RecordBatchBuilderTests.Build(builder, records);
        }

        using var legacy = new LegacyMessageSetBuilder(magic, codec);
        foreach (var r in records) legacy.Append(r.Offset, r.Timestamp, r.Key, r.Value);
        return legacy.Build().ToArray();
    }

    private static List<SampleRecord> Read(byte[] batch)
    {
        using var buffer = new DecompressionBuffer(Bound);
        return RecordDump.Records(batch, buffer);
    }

    private static void Swallow(Func<object> read)
    {
        try
        {
            read();
        }
        catch (MalformedFrameException)
        {
        }
    }
}
