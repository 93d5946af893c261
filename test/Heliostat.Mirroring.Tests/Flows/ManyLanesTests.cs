using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>10,000 lanes over 32 slots of three workers. Takes a minute.</summary>
public sealed class ManyLanesTests(ITestOutputHelper output)
{
    private const int Topics = 10;
    private const int Lanes = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Ct => CancellationToken.None;

    [LongFact]
    public async Task The_lanes_of_one_that_is_killed_are_others_within_seconds()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        for (var topic = 0; topic < Topics; topic++)
        {
            await bench.Client("A").CreateTopicAsync($"orders-{topic}", Lanes / Topics, null, Ct);
        }

        const string settings = "A->B.enabled = true\nA.offset.flush.interval.ms = 1000\nB.offset.flush.interval.ms = 1000";
        var engines = new[] { bench.Engine(settings), bench.Engine(settings), bench.Engine(settings) };
        using var stop = new CancellationTokenSource();
        using var kill = new CancellationTokenSource();
        Task<MirrorOutcome>[] running =
            [engines[0].RunAsync(stop.Token, Ct), engines[1].RunAsync(stop.Token, Ct), engines[2].RunAsync(CancellationToken.None,
                kill.Token)];
        await Eventually.TrueAsync("each to have its share", Patience, () => engines.All(engine =>
            Running(engine) > Lanes / 4) && Sum(engines) == Lanes, Ct);
        for (var topic = 0; topic < Topics; topic++)
        {
            await bench.Client("A").GenerateAsync($"orders-{topic}", new() { Count = 2 * Lanes / Topics, Partitions = Lanes / Topics }, Ct);
        }

        var killed = TimeProvider.System.GetTimestamp();
        await kill.CancelAsync();
        await Eventually.TrueAsync("the others to have all", Patience, () => Sum(engines[..2]) == Lanes, Ct);
        output.WriteLine(
            $"{Lanes} lanes: a third taken over after {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s; the group waits 6 s "
                + $"for who is silent");
        await stop.CancelAsync();
        Assert.Equal([MirrorEnd.Stopped, MirrorEnd.Stopped, MirrorEnd.Aborted], (await Task.WhenAll(running)).Select(outcome =>
            outcome.End));
    }

    private static int Sum(MirrorEngine[] engines) => engines.Sum(Running);

    private static int Running(MirrorEngine engine) => engine.Snapshot().Total.RunningLanes;

    private sealed class LongFactAttribute : FactAttribute
    {
        public LongFactAttribute() =>
            Skip = Environment.GetEnvironmentVariable("HELIOSTAT_LONG") == "1" ? null : "takes minutes: set HELIOSTAT_LONG=1 to run it";
    }
}
