using System.Net;
using Heliostat.Broker;
using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Time;
using Heliostat.Transport.Network;

namespace Heliostat.Simulation.Worlds;

/// <summary>Two clusters and the network between them.</summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>The topic that is mirrored.</summary>
    public const string Topic = "orders";

    /// <summary>Who writes the load: nothing happens to its connections.</summary>
    public static readonly IPAddress Writer = IPAddress.Parse("10.9.0.1");

    private World(MemoryNetwork network, EmbeddedCluster source, EmbeddedCluster target)
    {
        Network = network;
        Source = source;
        Target = target;
    }

    public MemoryNetwork Network { get; }

    public EmbeddedCluster Source { get; }

    public EmbeddedCluster Target { get; }

    public static async Task<World> StartAsync(Schedule schedule, SimulatedClock clock, WorldLog log)
    {
        var latency = new Random(schedule.Seed ^ 0x1a7e);
        var network = new MemoryNetwork(clock) { Delay = _ => TimeSpan.FromMicroseconds(latency.Next(50, 100 + (int)schedule.Latency.TotalMicroseconds)) };
        var source = await ClusterAsync(schedule, "10.1.0.1", [new EmbeddedTopic(Topic, schedule.Partitions, schedule.Brokers)]);
        var target = await ClusterAsync(schedule, "10.2.0.1", []);
        return new World(network, source, target);

        Task<EmbeddedCluster> ClusterAsync(Schedule of, string address, EmbeddedTopic[] topics) => EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                BrokerCount = of.Brokers,
                Address = IPAddress.Parse(address),
                Topics = topics,
                Time = clock,
                Network = network,
                Random = new Random(of.Seed ^ address[3]),
                BrokerConfigs = new Dictionary<string, string> { ["group.min.session.timeout.ms"] = "1000", ["group.initial.rebalance.delay.ms"] = "0" },
            },
            CancellationToken.None);
    }

    /// <summary>The connections that the mirrors have.</summary>
    public IReadOnlyList<MemoryConnection> MirrorConnections => [.. Network.Connections.Where(connection => !connection.Client.Address.Equals(Writer))];

    public EmbeddedCluster Cluster(bool target) => target ? Target : Source;

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }
}
