using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Worlds;
using Heliostat.Testing.Time;
using Heliostat.Transport.Waiting;

namespace Heliostat.Simulation.Running;

/// <summary>Runs a schedule from the start to the comparison of both sides.</summary>
internal static class Run
{
    private static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(10);

    /// <summary>What a running mirror does not notice, as nothing more is written, it finds at its next start.</summary>
    private static readonly TimeSpan UntilRestart = TimeSpan.FromSeconds(30);

    public static RunResult Of(Schedule schedule)
    {
        var clock = new SimulatedClock();
        var log = new WorldLog(clock);
        (Comparison Sum, bool IsWhole, string? Wrong) end = (Comparison.Nothing, true, null);
        string? failure;
        try
        {
            OneThread.Run(clock, new Random(schedule.Seed ^ 0x0de4), async () => end = await RunAsync(schedule, clock, log));
            failure = end.Wrong;
        }
        catch (Exception exception)
        {
            failure = exception.ToString();
        }

        return new RunResult(schedule, failure, end.Sum, end.IsWhole, clock.Elapsed, log.Lines);
    }

    private static async Task<(Comparison Sum, bool IsWhole, string? Wrong)> RunAsync(Schedule schedule, SimulatedClock clock, WorldLog log)
    {
        await using var world = await World.StartAsync(schedule, clock, log);
        var player = new FaultPlayer(world, schedule, clock, log);
        var load = new Load(world, schedule, clock);
        using var over = new CancellationTokenSource();
        var playing = player.PlayAsync();
        var supervising = player.Mirror.SuperviseAsync(over.Token);
        await load.RunAsync();
        await playing;
        load.EndAll();
        log.Add("all is written, and no fault lasts");

        await WaitAsync(world, schedule, player, clock, world.History.IsWhole ? CatchUp : UntilRestart);
        await player.Mirror.StopAsync();

        // What was stored at a stop in good order repeats nothing at the next start.
        player.Mirror.Begin();
        await Task.Delay(TimeSpan.FromSeconds(5), clock);
        await WaitAsync(world, schedule, player, clock, CatchUp);
        await player.Mirror.StopAsync();
        await over.CancelSoonAsync();
        await supervising;
        var lanes = Comparison.Of(world, schedule);
        return (lanes.Aggregate(Comparison.Nothing, (sum, lane) => sum.Plus(lane)), world.History.IsWhole,
            Judgement.Of(schedule, world, lanes));
    }

    /// <summary>Until the mirror has looked at each lane, and all is there that no halt keeps back.</summary>
    private static async Task WaitAsync(World world, Schedule schedule, FaultPlayer player, SimulatedClock clock, TimeSpan atMost)
    {
        var end = clock.Elapsed + atMost;
        for (var wait = TimeSpan.FromSeconds(1); clock.Elapsed < end; wait *= 2)
        {
            var lanes = Comparison.Of(world, schedule);
            var halted = player.Mirror.Halted;
            if (player.Mirror.Running + halted.Count >= lanes.Count
                && Enumerable.Range(0, lanes.Count).All(partition => lanes[partition].Lost == 0 || halted.Contains(partition)))
            {
                return;
            }

            await Task.Delay(wait, clock);
        }
    }
}
