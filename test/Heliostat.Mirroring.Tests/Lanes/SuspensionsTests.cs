using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Tests.Pump;

namespace Heliostat.Mirroring.Tests.Lanes;

public sealed class SuspensionsTests
{
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
