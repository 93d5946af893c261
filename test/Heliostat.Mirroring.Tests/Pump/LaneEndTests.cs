using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>
/// A lane that is to end: everything before its end goes, in order, and nothing behind it; the lane says so and stays open.
/// </summary>
public sealed class LaneEndTests
{
    private const long Epoch = 1_700_000_000_000;

    private static readonly LogBound Seventh = new(LogBoundKind.Offset, 7);

    private static LogBound Time(long at) => new(LogBoundKind.Time, Epoch + at);

    [Fact]
    public async Task It_ends_before_an_offset_within_a_batch()
    {
        await using var bench = new LaneBench(until: Seventh);
        bench.Fetch(LaneBench.Batch(0, 5), LaneBench.Batch(5, 5), LaneBench.Batch(10, 5));

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"key-{i}=value-{i}@{i}"), LaneBench.Records(bench.Taken));
        Assert.True(bench.Cursor.IsPaused);
        bench.AcknowledgeAll();
        var ended = bench.Lane.Snapshot();
        Assert.Equal((true, 7L, 0L), (ended.HasEnded, ended.Position, ended.Lag));
        Assert.Null(ended.BehindSince);
        Assert.Null(ended.StandsFor);
        Assert.Equal(0, bench.Frames.RentedBytes);
    }

    [Fact]
    public async Task Batches_before_it_pass_as_they_are_and_it_ends_with_the_last()
    {
        await using var bench = new LaneBench(until: Seventh);
        var batch = LaneBench.Batch(0, 7, CompressionCodec.Lz4);
        bench.Fetch(batch);

        Assert.True(bench.Cursor.IsPaused);
        Assert.True(bench.Lane.Snapshot().HasEnded);
        Assert.Empty(bench.Lane.Counters.Opened.All);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    public async Task A_lane_that_begins_at_its_end_or_behind_it_takes_in_nothing(long start)
    {
        await using var bench = new LaneBench(start: start, until: Seventh);

        Assert.True(bench.Cursor.IsPaused);
        Assert.True(bench.Lane.Snapshot().HasEnded);
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task By_time_it_ends_before_the_first_record_in_the_order_of_the_log(CompressionCodec codec)
    {
        await using var bench = new LaneBench(until: Time(1_000));
        bench.Fetch(Batch(0, codec, 5, 1, 9, 3), Batch(4, codec, 2, 999, 1_000, 4), Batch(8, codec, 1));

        Assert.Equal([5, 1, 9, 3, 2, 999], Times(bench));
        bench.AcknowledgeAll();
        Assert.Equal((true, 6L), (bench.Lane.Snapshot().HasEnded, bench.Lane.Position.Offset));
    }

    [Fact]
    public async Task An_end_that_did_not_come_yet_is_waited_for()
    {
        await using var bench = new LaneBench(until: Time(1_000));
        bench.Fetch(Batch(0, CompressionCodec.None, 5, 1));
        Assert.False(bench.Cursor.IsPaused);
        Assert.False(bench.Lane.Snapshot().HasEnded);

        bench.Fetch(Batch(2, CompressionCodec.None, 2_000));

        Assert.Equal([5, 1], Times(bench));
        Assert.True(bench.Lane.Snapshot().HasEnded);
    }

    [Fact]
    public async Task A_damaged_batch_is_no_end()
    {
        await using var bench = new LaneBench(until: Time(1_000));
        var damaged = Batch(0, CompressionCodec.None, 2_000);
        damaged[^2] ^= 1;
        bench.Fetch(damaged);

        var stopped = bench.Lane.Snapshot();
        Assert.Equal((false, LaneStatus.Paused), (stopped.HasEnded, stopped.Status));
        Assert.Contains("checksum", stopped.Pause!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_target_refused_before_the_end_is_taken_in_again()
    {
        var time = new Heliostat.Testing.ManualTimeProvider();
        await using var bench = new LaneBench(time: time, until: Seventh);
        bench.Fetch(LaneBench.Batch(0, 5), LaneBench.Batch(5, 5));
        Assert.True(bench.Lane.Snapshot().HasEnded);
        bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.NotEnoughReplicas);

        time.Advance(TimeSpan.FromSeconds(2));
        bench.Lane.DoDue();

        Assert.False(bench.Cursor.IsPaused);
        Assert.Equal(0, bench.Cursor.Position);
        Assert.False(bench.Lane.Snapshot().HasEnded);
    }

    [Fact]
    public async Task Holes_ends_of_transactions_and_old_formats_end_as_well()
    {
        await using var holes = new LaneBench(until: Seventh);
        holes.Fetch(LaneBench.Batch(0, 10, holes: [5, 6, 7]));
        Assert.Equal(5, LaneBench.Records(holes.Taken).Count);
        holes.AcknowledgeAll();
        Assert.Equal((true, 7L), (holes.Lane.Snapshot().HasEnded, holes.Lane.Position.Offset));

        await using var marker = new LaneBench(until: Seventh);
        marker.Fetch(LaneBench.Batch(0, 6), LaneBench.Marker(6, ControlRecordType.Commit), LaneBench.Marker(7, ControlRecordType.Commit));
        marker.AcknowledgeAll();
        Assert.Equal((true, 7L), (marker.Lane.Snapshot().HasEnded, marker.Lane.Position.Offset));

        await using var old = new LaneBench(until: Time(1_000));
        using var messages = new LegacyMessageSetBuilder(magic: 1);
        messages.Append(0, Epoch + 5, NullableSpan.Null, "v"u8);
        messages.Append(1, Epoch + 1_500, NullableSpan.Null, "v"u8);
        old.Fetch(messages.Build().ToArray());
        Assert.Equal([5], Times(old));
        Assert.True(old.Lane.Snapshot().HasEnded);
    }

    private static byte[] Batch(long baseOffset, CompressionCodec codec, params long[] times)
    {
        using var builder = new RecordBatchBuilder(codec) { BaseOffset = baseOffset, PartitionLeaderEpoch = 7 };
        foreach (var time in times)
        {
            builder.Append(Epoch + time, "k"u8, "v"u8);
        }

        return builder.Build().ToArray();
    }

    private static IEnumerable<long> Times(LaneBench bench) => LaneBench.Records(bench.Taken).Select(record =>
        long.Parse(record[(record.IndexOf('@', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
