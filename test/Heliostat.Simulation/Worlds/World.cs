using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Heliostat.Broker;
using Heliostat.Simulation.Schedules;
using Heliostat.Testing.Time;
using Heliostat.Transport.Network;

namespace Heliostat.Simulation.Worlds;

/// <summary>Two clusters, the network between them, and what became of them.</summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>The topic that is mirrored.</summary>
    public const string Topic = "orders";

    private World(Schedule schedule, MemoryNetwork network, EmbeddedCluster source, EmbeddedCluster target, WorldLog log)
    {
        Network = network;
        Source = source;
        Target = target;
        Told = new Told(log);
        Network.Refusal = (from, to) => Unreachable.Contains((from, to.Address)) ? SocketError.TimedOut : SocketError.Success;
        Writers = new Writers(this);
        Positions = new StoredPositions(this, schedule);
    }

    public MemoryNetwork Network { get; }

    public EmbeddedCluster Source { get; }

    public EmbeddedCluster Target { get; }

    public History History { get; } = new();

    public Told Told { get; }

    /// <summary>Who may write what, where several workers share the flow.</summary>
    public Writers Writers { get; }

    /// <summary>What the mirror stores of where it is.</summary>
    public StoredPositions Positions { get; }

    /// <summary>Machines that do not get through to a cluster now.</summary>
    public HashSet<(IPAddress From, IPAddress To)> Unreachable { get; } = [];

    public static async Task<World> StartAsync(Schedule schedule, SimulatedClock clock, WorldLog log)
    {
        var latency = new Random(schedule.Seed ^ 0x1a7e);
        var network = new MemoryNetwork(clock)
        {
            Delay = _ => TimeSpan.FromMicroseconds(latency.Next(50, 100 + (int)schedule.Latency.TotalMicroseconds))
        };
        var source = await ClusterAsync(schedule, "10.1.0.1", [new EmbeddedTopic(Topic, schedule.Partitions, schedule.Brokers)]);
        var target = await ClusterAsync(schedule, "10.2.0.1", []);
        return new World(schedule, network, source, target, log);

        Task<EmbeddedCluster> ClusterAsync(Schedule of, string address, EmbeddedTopic[] topics) => EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                BrokerCount = of.Brokers,
                Address = IPAddress.Parse(address),
                Topics = topics,
                Time = clock,
                Network = network,
                Random = new Random(of.Seed ^ address[3]),
                ReplicationDelay = of.ReplicationDelay,
                BrokerConfigs = new Dictionary<string, string>
                {
                    ["group.min.session.timeout.ms"] = "1000",
                    ["group.initial.rebalance.delay.ms"] = "0",
                    ["default.replication.factor"] = Number(of.Brokers),
                    ["min.insync.replicas"] = Number(of.MinInsync),
                    ["replica.lag.time.max.ms"] = "2000",
                },
            },
            CancellationToken.None);
    }

    /// <summary>The connections that are open.</summary>
    public IReadOnlyList<MemoryConnection> Connections => [.. Network.Connections];

    public EmbeddedCluster Cluster(bool target) => target ? Target : Source;

    /// <summary>Whether the target has this partition by now.</summary>
    public bool IsOnTarget(string topic, int partition) => Target.HasTopic(topic) && partition < Target.PartitionCount(topic);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
