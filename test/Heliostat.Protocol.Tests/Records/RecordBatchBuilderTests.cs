using System.Text;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Protocol.Tests.Records;

public class RecordBatchBuilderTests
{
    private const int Seed = 1187;

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Records_come_back_as_they_were(CompressionCodec codec)
    {
        var random = new Random(Seed);
        using var builder = new RecordBatchBuilder(codec);
        using var buffer = new DecompressionBuffer();
        for (var run = 0; run < 200; run++)
        {
            var records = SampleRecord.Some(random, 1 + random.Next(50), maxValue: 1 << random.Next(1, 14), holes: random.Next(2) == 0);

            var batch = Build(builder, records);

            Assert.True(RecordBatch.IsCrcValid(batch));
            Assert.Equal(records.Select(r => r.ToString()), RecordDump.Records(batch, buffer).Select(r => r.ToString()));
            var header = new RecordBatchHeader(batch);
            Assert.Equal(records.Count, header.RecordsCount);
            Assert.Equal(records[^1].Offset, header.LastOffset);
            Assert.Equal(records.Max(r => r.Timestamp), header.MaxTimestamp);
            Assert.Equal(records[0].Timestamp, header.BaseTimestamp);
            Assert.Equal(records[^1].Offset - records[0].Offset + 1 == records.Count, header.IsDense);
        }
    }

    [Fact]
    public void Size_is_told_before_a_record_is_appended()
    {
        var random = new Random(Seed);
        using var builder = new RecordBatchBuilder();
        using var headers = new RecordHeadersBuilder();
        Assert.Equal(61, builder.SizeInBytes);
        foreach (var record in SampleRecord.Some(random, 300))
        {
            headers.Reset();
            foreach (var (key, value) in record.Headers) headers.Add(key, value);
            var expected = builder.SizeInBytes + builder.SizeOf(record.Timestamp, record.Key, record.Value, headers.Headers);

            builder.Append(record.Timestamp, record.Key, record.Value, headers.Headers);

            Assert.Equal(expected, builder.SizeInBytes);
        }

        Assert.Equal(builder.SizeInBytes, builder.Build().Length);
    }

    [Fact]
    public void All_fields_of_the_header_are_written()
    {
        using var builder = new RecordBatchBuilder(CompressionCodec.Snappy)
        {
            BaseOffset = 100,
            PartitionLeaderEpoch = 3,
            ProducerId = 77,
            ProducerEpoch = 8,
            BaseSequence = 9,
            IsTransactional = true,
            LogAppendTimestamp = 5555,
        };
        builder.AppendAt(2, 1000, "k"u8, NullableSpan.Null);
        builder.LastOffsetDelta = 10;

        var line = RecordDump.Of(builder.Build());

        Assert.Equal(
            ["batch 2 last 110 codec 2 valid 1 base 100 count 1 max 5555 append 1 producer 77 8 9 leader 3 txn 1 control 0 horizon -1",
                "102 5555 x6b null"],
            line);
    }

    [Fact]
    public void Delete_horizon_takes_the_place_of_the_base_timestamp()
    {
        using var builder = new RecordBatchBuilder { DeleteHorizon = 9_000 };
        builder.Append(1000, "k"u8, NullableSpan.Null);

        Assert.Equal(
            ["batch 2 last 0 codec 0 valid 1 base 0 count 1 max 1000 append 0 producer -1 -1 -1 leader -1 txn 0 control 0 horizon 9000",
                "0 1000 x6b null"],
            RecordDump.Of(builder.Build()));
    }

    [Fact]
    public void Reset_leaves_nothing_behind()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, "k"u8, "v"u8);
        var first = builder.Build().ToArray();
        builder.Reset();
        builder.BaseOffset = 5;
        builder.ProducerId = 5;
        builder.ProducerEpoch = 5;
        builder.BaseSequence = 5;
        builder.PartitionLeaderEpoch = 5;
        builder.IsControl = true;
        builder.IsTransactional = true;
        builder.LogAppendTimestamp = 5;
        builder.DeleteHorizon = 5;
        builder.Append(99, NullableSpan.Null, NullableSpan.Null);
        builder.Build();

        builder.Reset();
        builder.Append(1, "k"u8, "v"u8);

        Assert.Equal(first, builder.Build());
    }

    [Fact]
    public void Offsets_do_not_go_back()
    {
        using var builder = new RecordBatchBuilder();
        builder.AppendAt(5, 1, "k"u8, "v"u8);

        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AppendAt(5, 1, "k"u8, "v"u8));
    }

    [Fact]
    public void A_batch_that_compaction_emptied_can_be_made()
    {
        using var builder = new RecordBatchBuilder { BaseOffset = 7, LastOffsetDelta = 4 };

        Assert.Equal(
            ["batch 2 last 11 codec 0 valid 1 base 7 count 0 max -1 append 0 producer -1 -1 -1 leader -1 txn 0 control 0 horizon -1"],
            RecordDump.Of(builder.Build()));
    }

    [Fact]
    public void Headers_are_handed_on_unopened()
    {
        using var headers = new RecordHeadersBuilder();
        headers.Add("a", "1"u8);
        headers.Add("a", NullableSpan.Null);
        headers.Add("", ReadOnlySpan<byte>.Empty);
        using var builder = new RecordBatchBuilder();
        builder.Append(0, NullableSpan.Null, NullableSpan.Null, headers.Headers);
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(builder.Build(), buffer);
        Assert.True(reader.MoveNext());

        using var more = new RecordHeadersBuilder();
        more.Add(reader.Headers);
        more.Add("z", "2"u8);
        var text = new StringBuilder();
        foreach (var header in more.Headers)
            text.Append(header.KeyString())
                .Append(':').Append(header.Value.IsNull ? "null" : Encoding.UTF8.GetString(header.Value.Span)).Append(';');

        Assert.Equal("a:1;a:null;:;z:2;", text.ToString());
    }

    [Theory]
    [InlineData(ControlRecordType.Commit)]
    [InlineData(ControlRecordType.Abort)]
    public void Markers_come_back(ControlRecordType type)
    {
        using var builder = new RecordBatchBuilder { ProducerId = 5, ProducerEpoch = 1 };
        new ControlRecord(type, CoordinatorEpoch: 17).AppendTo(builder, timestamp: 1234);
        var batch = builder.Build();
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(batch, buffer);

        Assert.True(new RecordBatchHeader(batch).IsControl);
        Assert.True(new RecordBatchHeader(batch).IsTransactional);
        Assert.True(reader.MoveNext());
        var record = ControlRecord.Read(reader.Key, reader.Value);
        Assert.Equal(new ControlRecord(type, 17), record);
        Assert.True(record.EndsTransaction);
    }

    [Fact]
    public void Control_records_of_other_kinds_are_named_and_short_ones_refused()
    {
        Assert.Equal(new ControlRecord((ControlRecordType)42, -1), ControlRecord.Read(new byte[] { 0, 0, 0, 42 }, NullableSpan.Null));
        Assert.False(ControlRecord.Read(new byte[] { 0, 0, 0, 2 }, NullableSpan.Null).EndsTransaction);
        Assert.Throws<MalformedFrameException>(() => ControlRecord.Read(new byte[] { 0, 0, 0 }, NullableSpan.Null));
        Assert.Throws<MalformedFrameException>(() => ControlRecord.Read(new byte[] { 0, 0, 0, 1 }, new byte[5]));
    }

    internal static byte[] Build(RecordBatchBuilder builder, List<SampleRecord> records)
    {
        using var headers = new RecordHeadersBuilder();
        builder.Reset();
        builder.BaseOffset = records[0].Offset;
        foreach (var record in records)
        {
            headers.Reset();
            foreach (var (key, value) in record.Headers) headers.Add(key, value);
            builder.AppendAt((int)(record.Offset - records[0].Offset), record.Timestamp, record.Key, record.Value, headers.Headers);
        }

        return builder.Build().ToArray();
    }
}
