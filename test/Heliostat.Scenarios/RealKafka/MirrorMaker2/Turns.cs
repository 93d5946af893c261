using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>MirrorMaker 2, Heliostat and MirrorMaker 2 again on one file, each stopped in the middle of a load, all but the last.</summary>
internal static class Turns
{
    private const int PerTurn = 1_500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What a file says for exactly-once.</summary>
    public static (string Key, string Value)[] ExactlyOnce =>
    [
        ("B.exactly.once.source.support", "enabled"), ("dedicated.mode.enable.internal.rest", "true"),
        ("listeners", $"http://127.0.0.1:{FreePorts.Next()}"), ("A.consumer.isolation.level", "read_committed"), ("tasks.max", "2"),
    ];

    /// <summary>All three turns; nothing is lost and nothing twice.</summary>
    public static async Task TakeAsync(ClusterPair pair, FlowFile file, string topic, string mirror, CancellationToken ct)
    {
        for (var turn = 0; turn < 3; turn++)
        {
            var load = LoadAsync(pair, topic, turn, ct);
            if (turn == 1)
            {
                await RunOursAsync(pair, file, mirror, turn, ct);
            }
            else
            {
                await using var java = JavaMirrorMaker2.Start(file);
                await ArrivedAsync(pair, mirror, turn, ct);
                await java.StopAsync(ct);
            }

            await load;
        }

        await pair.SameContentAsync(topic, mirror, ct);
    }

    public static Task LoadAsync(ClusterPair pair, string topic, int turn, CancellationToken ct) =>
        pair.Source.Client.GenerateAsync(topic, new() { First = turn * PerTurn, Count = PerTurn, Keys = 100, PerSecond = 300 }, ct);

    public static async Task RunOursAsync(ClusterPair pair, FlowFile file, string mirror, int turn, CancellationToken ct)
    {
        await using var flows = RunningFlows.Start(file);
        await flows.Program.RunsUntilAsync("Heliostat to copy", Patience, token => HasArrivedAsync(pair, mirror, turn, token), ct);
        Assert.Equal(0, await flows.StopAsync(ct));
    }

    public static Task<bool> ArrivedAsync(ClusterPair pair, string mirror, int turn, CancellationToken ct) =>
        Eventually.ValueAsync("MirrorMaker 2 to copy", Patience, token => HasArrivedAsync(pair, mirror, turn, token), arrived => arrived,
            ct);

    public static async Task<bool> HasArrivedAsync(ClusterPair pair, string mirror, int turn, CancellationToken ct)
    {
        if (!(await pair.Target.Client.ListTopicsAsync(ct)).Contains(mirror))
        {
            return false;
        }

        // Records that a consumer sees: under exactly-once the log holds the ends of transactions too.
        var arrived = (await pair.Target.Client.ReadAsync(mirror, new(), ct)).Sum(p => p.Count);
        return arrived >= (turn * PerTurn) + (turn == 2 ? PerTurn : PerTurn / 10);
    }
}
