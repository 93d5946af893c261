using Heliostat.Faults.Running;
using Heliostat.Testing.Processes;

namespace Heliostat.Faults.Catalog;

/// <summary>What befalls the mirror itself.</summary>
internal static class ProcessFaults
{
    private const int AllKills = 200;

    private static readonly Dictionary<string, string> Shared = new() { ["tasks.max"] = "6" };

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("mirror-killed", "The mirror is killed (SIGKILL) under load and started again at once.", async (scene, ct) =>
        {
            await scene.EachAsync(contestant => contestant.KillAsync(0, ct));
            scene.SayOver();
            scene.Each(contestant => contestant.Launch(0));
        }) { OnEmbedded = true },
        new("mirror-killed-often", "As before, five times, a random second or two after it began to copy.", (scene, ct) =>
            KillAsync(scene, 5, ct)),
        new("mirror-killed-200",
            "As before, 200 times in all, shared by the systems that were played, each time 0.3 to 5 s after the start before, whatever it "
            + "is doing then.", KillBlindlyAsync) { OnlyByName = true, Deadline = TimeSpan.FromMinutes(20) },
        new("worker-killed", "Three processes share the work (`tasks.max = 6`); one is killed and does not come back.", (scene, ct) =>
            scene.EachAsync(contestant => contestant.KillAsync(1, ct)))
        {
            Workers = 3,
            Settings = Shared,
            Note = "Where the one that is gone had tasks, MirrorMaker 2 waits `scheduled.rebalance.max.delay.ms`, five minutes unless set, "
                + "before others take them.",
        },
        new("rolling-restart",
            "Three processes share the work (`tasks.max = 6`); one after the other is stopped in good order and started again.",
            async (scene, ct) =>
        {
            for (var worker = 0; worker < 3; worker++)
            {
                await scene.EachAsync(contestant => contestant.StopAsync(worker, ct));
                scene.Each(contestant => contestant.Launch(worker));
                await Scene.WaitAsync(8, ct);
            }
        }) { Workers = 3, Settings = Shared },
        new("mirror-asleep", "The mirror stands still for 60 s (SIGSTOP, SIGCONT), as on a machine that pauses.", (scene, ct) =>
            StopAndGoAsync(scene, 0, 60, ct)),
        new("worker-asleep",
            "Three processes share the work; one stands still for 60 s and wakes when others have its work.", (scene, ct) =>
            StopAndGoAsync(scene, 1, 60, ct)) { Workers = 3, Settings = Shared },
        new("worker-asleep-long",
            "The same for two minutes, with the sessions of 6 to 10 s that the files ask for; `HELIOSTAT_LONG=1`: for 15 minutes.",
            (scene, ct) => StopAndGoAsync(scene, 1, Environment.GetEnvironmentVariable("HELIOSTAT_LONG") == "1" ? 900 : 120, ct))
        {
            Workers = 3,
            Settings = Shared,
            OnlyByName = true,
            Deadline = TimeSpan.FromMinutes(24),
        },
    ];

    private static Task KillAsync(Scene scene, int kills, CancellationToken ct) =>
        scene.EachAsync(async contestant =>
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await contestant.KillAsync(0, ct);
                var before = await scene.HeadsAsync(contestant, ct);
                contestant.Launch(0);
                await MovesAsync(scene, contestant, before, ct);
                await Scene.WaitAsync(Random.Shared.Next(100, 2_000) / 1000.0, ct);
            }
        });

    private static Task KillBlindlyAsync(Scene scene, CancellationToken ct) =>
        scene.EachAsync(async contestant =>
        {
            for (var kill = 0; kill < (AllKills + scene.Contestants.Count - 1) / scene.Contestants.Count; kill++)
            {
                await contestant.KillAsync(0, ct);
                contestant.Launch(0);
                await Scene.WaitAsync(Random.Shared.Next(300, 5_000) / 1000.0, ct);
            }
        });

    private static async Task StopAndGoAsync(Scene scene, int worker, int seconds, CancellationToken ct)
    {
        scene.Each(contestant => contestant.Signal(worker, ProcessSignal.Stop));
        await Scene.WaitAsync(seconds, ct);
        scene.Each(contestant => contestant.Signal(worker, ProcessSignal.Continue));
    }

    private static async Task MovesAsync(Scene scene, Contestant contestant, Dictionary<int, long> before,
        CancellationToken ct)
    {
        for (var look = 0; look < 300; look++)
        {
            var now = await scene.HeadsAsync(contestant, ct);
            if (now.Any(head => head.Value > before.GetValueOrDefault(head.Key)))
            {
                return;
            }

            contestant.KeepAlive();
            await Scene.WaitAsync(0.2, ct);
        }
    }
}
