using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Heliostat.Simulation.Running;
using Heliostat.Simulation.Schedules;

namespace Heliostat.Simulation;

/// <summary>Runs many seeds, or one: see <c>--help</c>.</summary>
internal static class Program
{
    private const string Help = """
        usage: dotnet run -c Release --project test/Heliostat.Simulation -- [--seeds N] [--from S] [--way Group|Quick|Topic|Transaction] [--workers]
               dotnet run -c Release --project test/Heliostat.Simulation -- --seed S [--way W] [--workers]

        Runs the whole mirror between two embedded clusters in simulated time, under faults that the seed decides, and compares what the target holds with
        the source, record by record. With --workers two to five processes share the flow. With --seed: one run, with the last things that happened. Exit status 1 when a run failed.
        """;

    private static int Main(string[] args)
    {
        if (args.Contains("--help"))
        {
            Console.WriteLine(Help);
            return 0;
        }

        MirrorWay? way = Value(args, "--way") is { } name ? Enum.Parse<MirrorWay>(name, ignoreCase: true) : null;
        Func<int, Schedule> schedule = args.Contains("--workers") ? seed => Schedule.OfWorkers(seed, way) : seed => Schedule.Of(seed, way);
        return Value(args, "--seed") is { } seed
            ? One(schedule(int.Parse(seed, CultureInfo.InvariantCulture)))
            : Many(int.Parse(Value(args, "--from") ?? "1", CultureInfo.InvariantCulture),
                int.Parse(Value(args, "--seeds") ?? "1000", CultureInfo.InvariantCulture), schedule);
    }

    private static string? Value(string[] args, string option) =>
        Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static int One(Schedule schedule)
    {
        var result = Run.Of(schedule);
        Tell(result);
        return result.Failure is null ? 0 : 1;
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "How long it really takes is told.")]
    private static int Many(int from, int count, Func<int, Schedule> schedule)
    {
        var sum = new Summary();
        var failed = new ConcurrentQueue<RunResult>();
        Parallel.For(from, from + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var result = Run.Of(schedule(seed));
            if (result.Failure is not null)
            {
                failed.Enqueue(result);
            }

            if (sum.Add(result) is { } progress)
            {
                Console.WriteLine(progress);
            }
        });
        foreach (var result in failed.OrderBy(result => result.Schedule.Seed).Take(3))
        {
            Tell(Shrinking.Of(result));
        }

        Console.WriteLine(sum);
        foreach (var result in failed.OrderBy(result => result.Schedule.Seed))
        {
            Console.WriteLine($"failed: seed {result.Schedule.Seed} ({result.Schedule.Way}): {result.Failure!.Split('\n')[0]}");
        }

        return failed.IsEmpty ? 0 : 1;
    }

    private static void Tell(RunResult result)
    {
        var schedule = result.Schedule;
        Console.WriteLine(
            $"seed {schedule.Seed}: {schedule.Way}, {schedule.Workers} workers of {schedule.Slots} slots, {schedule.Brokers} brokers, "
                + $"{schedule.Partitions} partitions, load for {schedule.Load.TotalSeconds} s, latency up to "
                + $"{schedule.Latency.TotalMilliseconds} ms");
        foreach (var fault in schedule.Faults)
        {
            Console.WriteLine($"  {fault}");
        }

        foreach (var line in result.Log)
        {
            Console.WriteLine($"    {line}");
        }

        Console.WriteLine(result.Failure is null ? $"right: {result.Found}" : $"wrong: {result.Failure}");
    }
}
