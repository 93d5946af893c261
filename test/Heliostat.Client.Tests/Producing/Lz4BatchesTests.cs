using Heliostat.Client.Producing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>What leaders before Kafka 2.1 are sent in the place of zstd.</summary>
public sealed class Lz4BatchesTests : IDisposable
{
    private readonly FramePool _frames = FramePool.Tracked(1 << 24);
    private readonly Lz4Batches _batches;

    public Lz4BatchesTests() => _batches = new Lz4Batches(_frames);

    public void Dispose()
    {
        _batches.Dispose();
        _frames.ThrowIfRented();
    }

    [Fact]
    public void The_records_and_the_header_stay_and_the_codec_is_another()
    {
        for (var round = 0; round < 2; round++)
        {
            var batch = Batch(count: 40 + round);
            using var made = _batches.Make(batch);

            var before = new RecordBatchHeader(batch);
            var after = new RecordBatchHeader(made!.Memory.Span);
            Assert.True(RecordBatch.IsCrcValid(made.Memory.Span));
            Assert.Equal(made.Memory.Length, after.SizeInBytes);
            Assert.Equal((CompressionCodec.Lz4, before.ProducerId, before.BaseSequence, before.MaxTimestamp, before.LastOffsetDelta),
                (after.Codec, after.ProducerId, after.BaseSequence, after.MaxTimestamp, after.LastOffsetDelta));
            Assert.Equal(Records(batch), Records(made.Memory.Span));
        }
    }

    [Fact]
    public void A_damaged_batch_gets_no_right_checksum()
    {
        var batch = Batch(count: 3);
        batch[^3] ^= 1;

        Assert.Null(_batches.Make(batch));
    }

    private static byte[] Batch(int count)
    {
        using var builder = new RecordBatchBuilder(CompressionCodec.Zstd) { ProducerId = 7, BaseSequence = 5 };
        for (var i = 0; i < count; i++)
        {
            builder.Append(1_000 + i, new[] { (byte)i }, i % 3 == 0 ? null : new byte[i]);
        }

        return builder.Build().ToArray();
    }

    private static List<string> Records(ReadOnlySpan<byte> batch)
    {
        using var buffer = new DecompressionBuffer();
        List<string> records = [];
        var reader = new RecordReader(batch, buffer);
        while (reader.MoveNext())
        {
            records.Add($"{reader.Offset} {reader.Timestamp} {Convert.ToHexString(reader.Key.Span)} "
                + $"{(reader.Value.IsNull ? -1 : reader.Value.Span.Length)}");
        }

        return records;
    }
}
