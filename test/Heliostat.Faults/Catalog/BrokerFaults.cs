using Heliostat.Faults.Running;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Catalog;

/// <summary>What befalls the brokers of either side.</summary>
internal static class BrokerFaults
{
    private const double Away = 12;

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("source-broker-killed", "The broker of the source that leads partition 0 is killed, and is back 12 s later.", (scene, ct) =>
            KillLeadersAsync([(scene.Source, scene.Topic)], back: true, ct)),
        new("target-broker-killed", "The same on the target: it leads partition 0 of the first system's copy.", (scene, ct) =>
            KillLeadersAsync([(scene.Target, scene.Contestants[0].Topic)], back: true, ct)),
        new("both-brokers-killed", "One broker of each side is killed in the same moment; both are back 12 s later.", (scene, ct) =>
            KillLeadersAsync([(scene.Source, scene.Topic), (scene.Target, scene.Contestants[0].Topic)], back: true, ct)),
        new("target-broker-gone",
            "The broker of the target that leads partition 0 of the first system's copy is killed and does not come back.", (scene, ct) =>
            KillLeadersAsync([(scene.Target, scene.Contestants[0].Topic)], back: false, ct)),
        new("coordinators-killed",
            "On both sides the broker is killed that coordinates the groups of the mirrors (the only partition of `__consumer_offsets` "
            + "that is killed is that of the first system's group on the target and of MirrorMaker 1's on the source); both are back 12 "
            + "s later.",
            KillCoordinatorsAsync),
        new("leader-elections",
            "Every 2 s the leader of a partition moves, of the source's topic and of each copy, for 30 s.",
            MoveLeadersAsync) { OnEmbedded = true },
        new("below-min-isr",
            "The copies need three replicas in sync (`min.insync.replicas = 3`), and a broker of the target is away for 20 s.",
            BelowMinIsrAsync),
    ];

    private static async Task KillLeadersAsync((ITestCluster Cluster, string Topic)[] sides, bool back, CancellationToken ct)
    {
        var killed = new List<(ITestCluster Cluster, int Broker)>();
        foreach (var (cluster, topic) in sides)
        {
            killed.Add((cluster, await Scene.LeaderAsync(cluster, topic, 0, ct)));
        }

        await KillAsync(killed, back, ct);
    }

    private static async Task KillAsync(List<(ITestCluster Cluster, int Broker)> killed, bool back, CancellationToken ct)
    {
        foreach (var (cluster, broker) in killed)
        {
            await cluster.KillBrokerAsync(broker, ct);
        }

        if (back)
        {
            await Scene.WaitAsync(Away, ct);
            await Task.WhenAll(killed.Select(one => one.Cluster.StartBrokerAsync(one.Broker, ct)));
        }
    }

    private static async Task KillCoordinatorsAsync(Scene scene, CancellationToken ct)
    {
        var onTarget = await CoordinatorAsync(scene.Target, $"{scene.Topic}-H", ct);
        var onSource = await CoordinatorAsync(scene.Source, $"{scene.Topic}-mm1", ct);
        await KillAsync([(scene.Source, onSource), (scene.Target, onTarget)], back: true, ct);
    }

    /// <summary>As brokers find it: Java's hash of the group's name, over the partitions of the offsets topic.</summary>
    private static async Task<int> CoordinatorAsync(ITestCluster cluster, string group, CancellationToken ct)
    {
        var partitions = (await cluster.Client.DescribeTopicAsync("__consumer_offsets", ct)).Partitions;
        var hash = group.Aggregate(0, (sum, c) => unchecked((31 * sum) + c));
        return partitions[(hash & int.MaxValue) % partitions.Count].Leader;
    }

    private static async Task MoveLeadersAsync(Scene scene, CancellationToken ct)
    {
        for (var round = 0; round < 15; round++)
        {
            await MoveLeaderAsync(scene, scene.Source, scene.Topic, ct);
            foreach (var contestant in scene.Contestants)
            {
                await MoveLeaderAsync(scene, scene.Target, contestant.Topic, ct);
            }

            await Scene.WaitAsync(2, ct);
        }
    }

    private static async Task MoveLeaderAsync(Scene scene, ITestCluster cluster, string topic, CancellationToken ct)
    {
        var partition = scene.Random.Next(Scene.Partitions);
        var leader = await Scene.LeaderAsync(cluster, topic, partition, ct);
        try
        {
            await cluster.Client.MoveLeaderAsync(topic, partition, (leader % Ground.Brokers) + 1, ct);
        }
        catch (JavaOracleException)
        {
            // The move before is not done yet.
        }
    }

    private static async Task BelowMinIsrAsync(Scene scene, CancellationToken ct)
    {
        foreach (var contestant in scene.Contestants)
        {
            await scene.Target.Client.AlterTopicAsync(contestant.Topic, new Dictionary<string, string>
            { ["min.insync.replicas"] = "3" }, ct);
        }

        var leader = await Scene.LeaderAsync(scene.Target, scene.Contestants[0].Topic, 0, ct);
        await scene.Target.KillBrokerAsync(leader, ct);
        await Scene.WaitAsync(20, ct);
        await scene.Target.StartBrokerAsync(leader, ct);
    }
}
