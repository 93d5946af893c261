using Heliostat.Protocol.Records;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>A lane that is to stay behind its source: batches go whole, in order, when their youngest record is old enough.</summary>
public sealed class LaneDelayTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualTimeProvider _time = new();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task A_batch_waits_whole_and_what_comes_after_it_waits_as_well()
    {
        await using var bench = new LaneBench(time: _time, delay: Hour);
        var old = Now - (long)Hour.TotalMilliseconds;
        bench.Fetch(Batch(0, old - 1, old), Batch(2, old - 60_000, old + 5_000), Batch(4, old - 1, old));

        Assert.Single(bench.Taken);
        Assert.True(bench.Cursor.IsPaused);
        Assert.Equal(2, bench.Cursor.Position);
        var waits = bench.Lane.Snapshot();
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(5), waits.DelayedUntil);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(5) - Hour, waits.BehindSince);
        Assert.Null(waits.StandsFor);
        bench.AcknowledgeAll();
        Assert.Equal(2, bench.Lane.Position.Offset);

        Wait(bench, 4.5);
        Assert.True(bench.Cursor.IsPaused);
        Wait(bench, 0.5);
        Assert.False(bench.Cursor.IsPaused);
        Assert.Null(bench.Lane.Snapshot().DelayedUntil);
        bench.Fetch(Batch(2, old - 60_000, old + 5_000), Batch(4, old - 1, old));
        bench.AcknowledgeAll();
        Assert.Equal(6, bench.Lane.Position.Offset);
        Assert.Equal(0, bench.Frames.RentedBytes);
    }

    [Fact]
    public async Task What_is_old_enough_in_a_moment_is_not_fetched_again_at_once()
    {
        await using var bench = new LaneBench(time: _time, delay: Hour);
        bench.Fetch(Batch(0, Now - (long)Hour.TotalMilliseconds + 10));

        Wait(bench, 0.5);
        Assert.True(bench.Cursor.IsPaused);
        Wait(bench, 0.6);
        Assert.False(bench.Cursor.IsPaused);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(long.MaxValue, false)]
    public async Task Times_that_are_none_go_and_those_that_never_come_wait(long timestamp, bool goes)
    {
        await using var bench = new LaneBench(time: _time, delay: Hour);

        bench.Fetch(Batch(0, timestamp));

        Assert.Equal(goes, bench.Taken.Any());
    }

    [Fact]
    public async Task Messages_of_the_old_format_wait_by_their_time()
    {
        await using var bench = new LaneBench(time: _time, delay: Hour);
        using var message = new LegacyMessageSetBuilder(magic: 1);
        message.Append(0, Now - (long)Hour.TotalMilliseconds + 2_000, NullableSpan.Null, "v"u8);
        var bytes = message.Build().ToArray();

        bench.Fetch(bytes);
        Assert.Empty(bench.Taken);
        Wait(bench, 2);
        bench.Fetch(bytes);

        Assert.Single(bench.Taken);
    }

    [Fact]
    public async Task A_lane_that_an_operator_paused_stays_so_when_its_delay_is_over_and_goes_on_when_told()
    {
        await using var bench = new LaneBench(time: _time, delay: Hour);
        bench.Fetch(Batch(0, Now - (long)Hour.TotalMilliseconds + 2_000));
        bench.Lane.Suspend();

        Wait(bench, 3);
        Assert.True(bench.Cursor.IsPaused);
        bench.Lane.Resume();

        Assert.False(bench.Cursor.IsPaused);
    }

    [Fact]
    public async Task What_the_target_refused_is_taken_in_again_however_young_what_follows_is()
    {
        await using var bench = new LaneBench(time: _time, delay: Hour);
        var old = Now - (long)Hour.TotalMilliseconds;
        bench.Fetch(Batch(0, old), Batch(1, Now));
        bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.NotEnoughReplicas);

        Wait(bench, 2);

        Assert.False(bench.Cursor.IsPaused);
        Assert.Equal(0, bench.Cursor.Position);
    }

    [Fact]
    public async Task Outside_of_its_windows_a_lane_waits_and_what_was_taken_in_goes()
    {
        var opens = _time.GetUtcNow().UtcDateTime.AddMinutes(5);
        var windows =
            Configurations.GoodWith($"A->B.heliostat.window = {opens:HH:mm}-{opens.AddMinutes(10):HH:mm}").ToFile().Flows[0].Window;
        await using var bench = new LaneBench(time: _time, windows: windows);
        bench.Fetch(Batch(0, 1));
        Assert.Empty(bench.Taken);
        Assert.True(bench.Cursor.IsPaused);
        var waits = bench.Lane.Snapshot();
        Assert.Equal(opens.AddSeconds(-opens.Second).AddTicks(-(opens.Ticks % TimeSpan.TicksPerSecond)),
            waits.DelayedUntil!.Value.UtcDateTime);
        Assert.False(waits.BehindSince > _time.GetUtcNow());
        Assert.Null(waits.StandsFor);

        Wait(bench, 5 * 60);
        Assert.False(bench.Cursor.IsPaused);
        bench.Fetch(Batch(0, 1));
        Assert.Single(bench.Taken);

        Wait(bench, 10 * 60);
        bench.Fetch(Batch(1, 1));
        Assert.Single(bench.Taken);
        bench.AcknowledgeAll();
        Assert.Equal(1, bench.Lane.Position.Offset);
    }

    private static byte[] Batch(long baseOffset, params long[] timestamps)
    {
        using var builder = new RecordBatchBuilder(Protocol.Compression.CompressionCodec.None)
        {
            BaseOffset = baseOffset,
            PartitionLeaderEpoch = 7
        };
        foreach (var timestamp in timestamps)
        {
            builder.Append(timestamp, "k"u8, "v"u8);
        }

        return builder.Build().ToArray();
    }

    private void Wait(LaneBench bench, double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        bench.Lane.DoDue();
    }
}
