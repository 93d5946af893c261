using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>When small batches are merged: <see cref="MergeRule"/>, and a lane that lets them gather on the source.</summary>
public sealed class MergingTests
{
    private static readonly TimeSpan Far = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Small_batches_are_merged_when_the_lane_is_behind_and_passed_when_it_is_not()
    {
        await using var live = new LaneBench();
        live.Fetch(LaneBench.Batch(0, 1), LaneBench.Batch(1, 1));
        Assert.Equal(2, live.Taken.Count());

        await using var behind = new LaneBench();
        behind.Fetch(Enumerable.Range(0, 1_000).Select(i => LaneBench.Batch(i, 1)));
        behind.AcknowledgeAll();

        Assert.Single(behind.Taken);
        Assert.Equal(Expected(1_000), LaneBench.Records(behind.Taken));
        Assert.Equal(1_000, behind.Lane.Position.Offset);
    }

    [Fact]
    public async Task Small_batches_are_merged_when_the_target_is_busy_with_those_before()
    {
        await using var bench = new LaneBench();
        for (var i = 0; i < 5; i++) bench.Fetch(LaneBench.Batch(i, 1));
        Assert.Equal(5, bench.Taken.Count());

        bench.Fetch(LaneBench.Batch(5, 1), LaneBench.Batch(6, 1), LaneBench.Batch(7, 1));
        bench.AcknowledgeAll();

        Assert.Equal(6, bench.Taken.Count());
        Assert.Equal(Expected(8), LaneBench.Records(bench.Taken));
    }

    [Fact]
    public async Task Small_batches_that_were_made_to_wait_for_each_other_are_merged()
    {
        await using var bench = new LaneBench(lingers: true);

        bench.Fetch(LaneBench.Batch(0, 1));
        bench.Fetch(LaneBench.Batch(1, 1), LaneBench.Batch(2, 1));
        bench.AcknowledgeAll();

        Assert.Equal([1, 2], bench.Taken.Select(batch => new RecordBatchHeader(batch).RecordsCount));
        Assert.Equal(Expected(3), LaneBench.Records(bench.Taken));
    }

    [Theory]
    [InlineData(CompressionCodec.None, 2_000, 1, true)]
    [InlineData(CompressionCodec.None, 20_000, 1, false)]
    [InlineData(CompressionCodec.None, 20_000, 100, true)]
    [InlineData(CompressionCodec.None, 300_000, 100, false)]
    [InlineData(CompressionCodec.Gzip, 2_000, 1, false)]
    [InlineData(CompressionCodec.Gzip, 2_000, 100, true)]
    [InlineData(CompressionCodec.Gzip, 20_000, 20, false)]
    public async Task What_counts_as_small_grows_with_the_round_trip(CompressionCodec codec, int valueBytes, int roundTripMs, bool merged)
    {
        await using var bench = new LaneBench();
        bench.Outlets[0].RoundTrip = TimeSpan.FromMilliseconds(roundTripMs);
        var random = new Random(1);
        byte[] Noise(long offset)
        {
            using var builder = new RecordBatchBuilder(codec) { BaseOffset = offset, PartitionLeaderEpoch = 7 };
            var value = new byte[valueBytes];
            random.NextBytes(value);
            builder.Append(1, default, value);
            return builder.Build().ToArray();
        }

        bench.Fetch(Enumerable.Range(0, 40).Select(i => Noise(i)));
        bench.AcknowledgeAll();

        Assert.Equal(merged, bench.Taken.Count() < 40);
        Assert.All(bench.Taken, batch => Assert.Equal(codec, new RecordBatchHeader(batch).Codec));
        Assert.Equal(40, bench.Taken.Sum(batch => new RecordBatchHeader(batch).RecordsCount));
        Assert.Equal(40, bench.Lane.Position.Offset);
    }

    [Theory]
    [InlineData(CompressionCodec.None, 1, true)]
    [InlineData(CompressionCodec.None, 100, true)]
    [InlineData(CompressionCodec.Gzip, 100, true)]
    [InlineData(CompressionCodec.Gzip, 1, false)]
    public async Task A_lane_whose_small_batches_queue_up_lets_the_next_gather_on_the_source(CompressionCodec codec, int roundTripMs,
        bool rests)
    {
        await using var bench = new LaneBench();
        bench.Outlets[0].RoundTrip = TimeSpan.FromMilliseconds(roundTripMs);
        for (var i = 0; i < 16; i++)
        {
            Assert.False(bench.Cursor.IsPaused);
            bench.Fetch(LaneBench.Batch(i, 1, codec));
        }

        Assert.Equal(rests, bench.Cursor.IsPaused);
        bench.AcknowledgeAll();

        Assert.False(bench.Cursor.IsPaused);
    }

    [Fact]
    public async Task Compressed_small_batches_wait_on_the_source_until_the_target_has_answered_once()
    {
        await using var bench = new LaneBench();
        byte[][] log = [.. Enumerable.Range(0, 200).Select(i => LaneBench.Batch(i, 1, CompressionCodec.Gzip, valueBytes: 2_000))];

        bench.Fetch(log);
        Assert.Equal(16, bench.Taken.Count());
        Assert.Equal(16, bench.Cursor.Position);
        Assert.True(bench.Cursor.IsPaused);
        bench.Outlets[0].RoundTrip = Far;
        bench.AcknowledgeAll();
        bench.Fetch(log[16..]);
        bench.AcknowledgeAll();

        Assert.Equal(Expected(200), LaneBench.Records(bench.Taken));
        Assert.Equal(200, bench.Lane.Position.Offset);
    }

    private static IEnumerable<string> Expected(int count) => Enumerable.Range(0, count).Select(o => $"key-{o}=value-{o}@{o}");
}
