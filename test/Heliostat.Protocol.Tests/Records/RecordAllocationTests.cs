using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Protocol.Tests.Records;

/// <summary>Alone, because who runs beside them may hold the codecs' contexts, and new ones are made then.</summary>
[Collection(nameof(RecordAllocationTests))]
[CollectionDefinition(nameof(RecordAllocationTests), DisableParallelization = true)]
public class RecordAllocationTests
{
    private readonly List<SampleRecord> _records = SampleRecord.Some(new Random(7), 200);

    [Fact]
    public void Walking_and_rewriting_batches_allocates_nothing()
    {
        using var builder = new RecordBatchBuilder(CompressionCodec.Gzip);
        var batch = RecordBatchBuilderTests.Build(builder, _records);
        byte[] bytes = [.. batch, .. batch, .. batch];

        Assert.Equal(0, AllocatedBy(() =>
        {
            var sequence = 0;
            var walker = new BatchWalker(bytes);
            while (walker.MoveNext())
            {
                var slice = walker.Current.Of(bytes.AsSpan());
                sequence += new RecordBatchHeader(slice).RecordsCount;
                RecordBatchHeader.Rewrite(slice, transactional: true, 1, 2, sequence);
            }
        }));
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Reading_and_building_batches_allocates_nothing_but_in_codecs_of_others(CompressionCodec codec)
    {
        using var source = new RecordBatchBuilder(codec);
        using var builder = new RecordBatchBuilder(codec);
        using var buffer = new DecompressionBuffer();
        var batch = RecordBatchBuilderTests.Build(source, _records);

        Assert.Equal(0, AllocatedBy(() =>
        {
            builder.Reset();
            var reader = new RecordReader(batch, buffer);
            while (reader.MoveNext())
            {
                foreach (var header in reader.Headers) Assert.True(header.Key.Length >= 0);
                builder.Append(reader.Timestamp, reader.Key, reader.Value, reader.Headers);
            }

            builder.Build();
        }));
    }

    private static long AllocatedBy(Action act)
    {
        for (var warmUp = 0; warmUp < 3; warmUp++) act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < 10; run++) act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
