using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Time;
using Heliostat.Simulation.Worlds;

namespace Heliostat.Simulation.Running;

/// <summary>Runs a schedule from the start to the comparison of both sides.</summary>
internal static class Run
{
    private static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(10);

    public static RunResult Of(Schedule schedule)
    {
        var clock = new SimulatedClock();
        var log = new WorldLog(clock);
        Comparison? found = null;
        string? failure = null;
        try
        {
            OneThread.Run(clock, new Random(schedule.Seed ^ 0x0de4), async () => found = await RunAsync(schedule, clock, log));
            failure = Judge(schedule, found!);
        }
        catch (Exception exception)
        {
            failure = exception.ToString();
        }

        return new RunResult(schedule, failure, found, clock.Elapsed, log.Lines);
    }

    private static async Task<Comparison> RunAsync(Schedule schedule, SimulatedClock clock, WorldLog log)
    {
        await using var world = await World.StartAsync(schedule, clock, log);
        var player = new FaultPlayer(world, schedule, clock, log);
        var playing = player.PlayAsync();
        await new Load(world, schedule, clock).RunAsync();
        var mirror = await playing;
        log.Add("all is written, and no fault lasts");

        var end = clock.Elapsed + CatchUp;
        while (Comparison.Of(world, schedule) is { Lost: > 0 } && clock.Elapsed < end && mirror.Ended is null)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock);
        }

        // What was stored at a stop in good order repeats nothing at the next start.
        await mirror.StopAsync();
        mirror = player.Begin();
        await Task.Delay(TimeSpan.FromSeconds(5), clock);
        await mirror.StopAsync();
        return Comparison.Of(world, schedule);
    }

    private static string? Judge(Schedule schedule, Comparison found)
    {
        if (found.Lost > 0 || found.Reordered > 0 || (found.Duplicated > 0 && !MayRepeat(schedule)))
        {
            return $"{found.Lost} lost, {found.Reordered} reordered, {found.Duplicated} duplicated of {found.Records}: {found.First}";
        }

        return null;
    }

    /// <summary>Without transactions, where the target forgot who wrote a batch whose answer was lost.</summary>
    private static bool MayRepeat(Schedule schedule) =>
        schedule.Way != MirrorWay.Transaction && schedule.Faults.Any(fault => fault.Kind is FaultKind.ExpireProducers);
}
