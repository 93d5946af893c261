using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class LaneMotionTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Waits_grow_with_failures_at_one_position_and_begin_anew_at_another()
    {
        var motion = new LaneMotion();

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 7).Select(_ => (int)motion.Failed(10).Wait.TotalSeconds));
        Assert.Equal((TimeSpan.FromSeconds(1), false), motion.Failed(11));
        Assert.Equal((TimeSpan.FromSeconds(2), true), motion.Failed(11));
    }

    [Fact]
    public void Refusals_count_at_one_position()
    {
        var motion = new LaneMotion();

        foreach (var (position, refusals) in new[] { (5L, 1), (5, 2), (6, 1), (5, 1) })
        {
            motion.Refused(position);
            Assert.Equal(refusals, motion.Refusals);
        }
    }

    /// <summary>Random events: only the edges that are drawn are taken, and the letters hold after each.</summary>
    [Fact]
    public void Only_what_is_drawn_happens()
    {
        for (var run = 0; run < 1000; run++)
        {
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            var motion = new LaneMotion();
            var now = Start;
            var trace = new List<string>();
            try
            {
                for (var step = 0; step < 60; step++)
                {
                    now += TimeSpan.FromSeconds(random.Next(10));
                    Step(motion, random, now, trace);
                }
            }
            catch
            {
                output.WriteLine($"seed {seed}: {string.Join(", ", trace.TakeLast(8))}");
                throw;
            }
        }
    }

    private static void Step(LaneMotion motion, Random random, DateTimeOffset now, List<string> trace)
    {
        var (before, doubted) = (motion.Status, motion.IsDoubtful);
        var isEnding = before is LaneStatus.Draining or LaneStatus.Closed;
        var pause = new Trouble(TroubleKind.BrokerError, TroubleSide.Source, "cause")
        {
            NextTry = random.Next(3) == 0 ? null : now + TimeSpan.FromSeconds(random.Next(20))
        };
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                trace.Add("stop");
                motion.Stop(pause);
                Assert.Equal(isEnding ? before : LaneStatus.Paused, motion.Status);
                break;
            case 3:
                trace.Add("doubt");
                Assert.Equal(!isEnding && !doubted, motion.TryDoubt(pause));
                break;
            case 4 when random.Next(6) == 0:
                trace.Add("drain");
                motion.Drain();
                break;
            case 5 when random.Next(10) == 0:
                trace.Add("close");
                motion.Close();
                break;
            case 6:
                trace.Add("hasten");
                Assert.Equal(before == LaneStatus.Paused && !doubted, motion.TryHasten(now));
                break;
            case 7:
                trace.Add("suspend");
                motion.IsSuspended = !motion.IsSuspended;
                Assert.Equal(before, motion.Status);
                break;
            default:
                trace.Add("due");
                if (motion.IsDue(now))
                {
                    Assert.Equal((LaneStatus.Paused, false), (before, doubted));
                    motion.GoOn();
                    Assert.Equal(LaneStatus.Running, motion.Status);
                }

                break;
        }

        Assert.Equal(motion.Status == LaneStatus.Paused, motion.Pause is not null);
        Assert.False(motion is { IsDoubtful: true, Status: LaneStatus.Running });
        Assert.Equal(motion.Status == LaneStatus.Running && !motion.IsSuspended, motion.Moves);
    }
}
