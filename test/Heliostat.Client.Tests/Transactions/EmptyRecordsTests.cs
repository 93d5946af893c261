using System.Buffers;
using Heliostat.Client.Transactions;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Client.Tests.Transactions;

public sealed class EmptyRecordsTests
{
    [Theory]
    [InlineData(EmptyRecords.Fewest)]
    [InlineData(24_576)]
    [InlineData(24_577)]
    [InlineData(24_578)]
    [InlineData(500_000)]
    [InlineData(EmptyRecords.Most)]
    public void They_are_the_records_that_a_builder_makes_in_a_few_kilobytes(int count)
    {
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < count; i++)
        {
            builder.Append(1_000, NullableSpan.Null, NullableSpan.Null);
        }

        var expected = builder.Build()[RecordBatchHeader.Size..];
        var written = new ArrayBufferWriter<byte>();
        EmptyRecords.Write(written, count);
        using var records = new DecompressionBuffer(expected.Length);
        Codecs.Decompress(CompressionCodec.Zstd, written.WrittenSpan, records);

        Assert.True(expected.SequenceEqual(records.Written));
        Assert.InRange(written.WrittenCount, 1, 10_000);
    }
}
