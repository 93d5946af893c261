using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>A target that does not answer: what was not sent is given back, and tried again at growing intervals.</summary>
public sealed class SilentTargetTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task What_was_never_sent_is_given_back_and_fetched_again_until_the_target_answers()
    {
        await using var bench = new LaneBench(time: _time);
        bench.Outlets[0].Sent = 0;
        bench.Outlets[0].Trouble = "target: orders-0 has no leader";
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            bench.Fetch(LaneBench.Batch(0, 10), LaneBench.Batch(10, 10));
            Wait(bench, 2.5);
            Assert.True(bench.Cursor.IsPaused);
            Assert.Equal(0, bench.Frames.RentedBytes);
            Assert.Equal(0, bench.Cursor.Position);
            Assert.Contains("no leader", bench.Lane.Snapshot().Pause!.Sentence, StringComparison.Ordinal);

            Wait(bench, Math.Pow(2, attempt) - 1);
            Assert.True(bench.Cursor.IsPaused);
            Wait(bench, 1.5);
            Assert.False(bench.Cursor.IsPaused);
            Assert.NotNull(bench.Lane.Snapshot().Pause);
        }

        bench.Outlets[0].Trouble = null;
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();

        Assert.Null(bench.Lane.Snapshot().Pause);
        Assert.Equal(10, bench.Lane.Position.Offset);
    }

    [Fact]
    public async Task What_was_sent_stays_and_its_acknowledgement_wakes_the_lane()
    {
        await using var bench = new LaneBench(time: _time);
        bench.Outlets[0].Sent = 1;
        bench.Fetch(LaneBench.Batch(0, 10), LaneBench.Batch(10, 10));

        Wait(bench, 2.5);
        Assert.True(bench.Cursor.IsPaused);
        Assert.Equal(10, bench.Cursor.Position);
        bench.AcknowledgeAll();

        Assert.False(bench.Cursor.IsPaused);
        Assert.Equal((10, 7), (bench.Lane.Position.Offset, bench.Lane.Position.LeaderEpoch));
    }

    /// <summary>
    /// What has no record was filled for longer than a batch is waited for: the batch behind it, given back meanwhile, is fetched at once,
    /// and not when the next try is due.
    /// </summary>
    [Fact]
    public async Task What_was_given_back_goes_on_as_soon_as_the_outlet_has_room_for_it()
    {
        await using var bench = new LaneBench(time: _time);
        bench.Outlets[0].Sent = 0;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            bench.Fetch(LaneBench.Batch(0, 10));
            Wait(bench, 2.5 + Math.Pow(2, attempt));
        }

        Assert.True(bench.Cursor.IsPaused);
        bench.Lane.Heard(bench.Outlets[0]);

        Assert.False(bench.Cursor.IsPaused);
        Assert.Null(bench.Lane.Snapshot().Pause);
    }

    [Fact]
    public async Task A_lane_that_rests_because_others_filled_its_outlet_goes_on_without_an_acknowledgement_of_its_own()
    {
        await using var bench = new LaneBench(time: _time, byKey: true, targetPartitions: 2);
        bench.Outlets[1].QueuedBytes = 2_000_000;
        bench.Fetch(LaneBench.Batch(0, 4));
        Assert.True(bench.Cursor.IsPaused);
        bench.AcknowledgeAll();
        bench.Outlets[1].QueuedBytes = 0;

        Wait(bench, 0.3);

        Assert.False(bench.Cursor.IsPaused);
    }

    private void Wait(LaneBench bench, double seconds)
    {
        for (var waited = 0.0; waited < seconds; waited += 0.1)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            bench.Lane.DoDue();
        }
    }
}
