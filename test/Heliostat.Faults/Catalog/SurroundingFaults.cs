using System.Net;
using Heliostat.Faults.Running;
using Heliostat.Testing.Processes;

namespace Heliostat.Faults.Catalog;

/// <summary>What befalls disks, clocks, and what brokers remember of producers and clients of themselves.</summary>
internal static class SurroundingFaults
{
    private const string IdExpiration = "producer.id.expiration.ms";

    private static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("disk-full",
            "The disk of the broker of the target that leads partition 0 of the first system's copy fills up for 20 s (a tmpfs, mounted by "
            + "the suite, which needs the right to mount); the broker is started again when there is room.", DiskFullAsync)
        {
            HurtsOthers = true,
        },
        new("clock-off",
            "The mirror is stopped, and started with its clock an hour ahead; 10 s later it is killed, and started with its clock an hour "
            + "behind (libfaketime).", ClockAsync),
        new("producer-ids-expired",
            "The target forgets producers within a second (`producer.id.expiration.ms = 1000`), and the mirror stands still for 6 s, twice "
            + "(SIGSTOP, SIGCONT).", ForgottenAsync) { HurtsOthers = true },
        new("credentials-expire",
            $"The mirrors log in on both sides with tokens that are good for {TokenLife.TotalSeconds:0} s (OAUTHBEARER), the brokers end "
            + "connections whose token is over (`connections.max.reauth.ms`), and 60 s go by.", (scene, ct) =>
            Scene.WaitAsync(60, ct)) { LogsIn = TokenLife },
        new("names-move",
            "The names of all brokers, of both sides, lead to another address (a file of hosts in a mount namespace); what was connected "
            + "to the old one becomes silent, and who connects there is turned away.", MoveAsync) { HasNames = true },
    ];

    private static async Task DiskFullAsync(Scene scene, CancellationToken ct)
    {
        var cluster = scene.RealTarget;
        var broker = await Scene.LeaderAsync(cluster, scene.Contestants[0].Topic, 0, ct);
        await cluster.StopBrokerAsync(broker, ct);
        await using var disk = await SmallDisk.UnderAsync(cluster.Broker(broker).DataFolder, ct);
        try
        {
            await cluster.StartBrokerAsync(broker, ct);
            await cluster.Client.MoveLeaderAsync(scene.Contestants[0].Topic, 0, broker, ct);
            await Scene.WaitAsync(5, ct);
            await disk.FillAsync(ct);
            await Scene.WaitAsync(20, ct);
        }
        finally
        {
            await cluster.KillBrokerAsync(broker, ct);
            await disk.DisposeAsync();
        }

        await cluster.StartBrokerAsync(broker, ct);
    }

    private static async Task ClockAsync(Scene scene, CancellationToken ct)
    {
        await scene.EachAsync(contestant => contestant.StopAsync(0, ct));
        scene.Each(contestant => contestant.LaunchAt(0, "+3600s"));
        await Scene.WaitAsync(10, ct);
        await scene.EachAsync(contestant => contestant.KillAsync(0, ct));
        scene.SayOver();
        scene.Each(contestant => contestant.LaunchAt(0, "-3600s"));
    }

    private static Task MoveAsync(Scene scene, CancellationToken ct)
    {
        const string there = "127.0.0.2";
        scene.MoveNames(there);
        foreach (var link in scene.Ground.Links)
        {
            link.Weather.OnlyAt = IPAddress.Parse(there);
            link.Strand();
        }

        return Task.CompletedTask;
    }

    private static async Task ForgottenAsync(Scene scene, CancellationToken ct)
    {
        await ConfigureAsync("--add-config", $"{IdExpiration}=1000");
        try
        {
            for (var time = 0; time < 2; time++)
            {
                await Scene.WaitAsync(3, ct);
                scene.Each(contestant => contestant.Signal(0, ProcessSignal.Stop));
                await Scene.WaitAsync(6, ct);
                scene.Each(contestant => contestant.Signal(0, ProcessSignal.Continue));
            }
        }
        finally
        {
            await ConfigureAsync("--delete-config", IdExpiration);
        }

        Task ConfigureAsync(string what, string config) => scene.RealTarget.RunToolAsync("kafka-configs.sh",
            ["--bootstrap-server", scene.Target.BootstrapServers, "--alter", "--entity-type", "brokers", "--entity-default", what, config],
            ct);
    }
}
