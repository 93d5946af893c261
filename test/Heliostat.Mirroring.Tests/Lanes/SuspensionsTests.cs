using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Tests.Pump;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Lanes;

public sealed class SuspensionsTests
{
    [Fact]
    public void What_stands_still_from_before_is_said_at_a_start()
    {
        var suspended = new Suspensions();
        using var log = new RecordingLoggerFactory();
        var loop = new SuspensionLoop(suspended, null!, null!, TimeProvider.System, log);
        loop.Tell();
        Assert.Empty(log.Lines);

        suspended.Take(new SuspensionKey("orders", 3).Write(), isTombstone: false);
        suspended.Take(
            new SuspensionKey("pay", null).Write(), isTombstone: false,
            SuspensionKey.ValueUntil(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)));
        loop.Tell();

        Assert.Equal(
            "Information stands still until it is resumed, as an operator paused it before: orders-3, topic pay (until "
                + "2023-11-14T22:13:20Z)",
            Assert.Single(log.Lines));
    }

    /// <summary>Who opens a lane has seen that it is to stand still, and is overtaken by who lets it go on.</summary>
    [Fact]
    public async Task The_last_word_counts_whoever_heeds_it_last()
    {
        await using var bench = new LaneBench();
        var (suspended, lane) = (new Suspensions(), bench.Lane);
        using var both = new Barrier(2);
        const int times = 2000;
        var opener = new Thread(() =>
        {
            for (var i = 0; i < times; i++)
            {
                both.SignalAndWait();
                suspended.Still(lane);
                both.SignalAndWait();
            }
        });
        opener.Start();
        for (var i = 0; i < times; i++)
        {
            suspended.Add(lane.Plan.Source);
            both.SignalAndWait();
            suspended.Remove(lane.Plan.Source);
            suspended.GoOn(lane);
            both.SignalAndWait();
            Assert.False(lane.Snapshot().IsSuspended);
        }

        opener.Join();
    }
}
