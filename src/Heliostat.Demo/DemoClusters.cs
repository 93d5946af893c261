using System.Globalization;
using System.Net;
using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Demo;

/// <summary>The two clusters, in this process, with real ports; a broker of either can be restarted.</summary>
internal sealed class DemoClusters : IAsyncDisposable
{
    public const int BrokerCount = 3;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(4);

    private readonly EmbeddedCluster[] _clusters;
    private readonly DemoEvents _events;
    private readonly TimeProvider _time;
    private readonly int[] _next = new int[2];

    private DemoClusters(EmbeddedCluster source, EmbeddedCluster target, DemoEvents events, TimeProvider time)
    {
        _clusters = [source, target];
        _events = events;
        _time = time;
    }

    public EmbeddedCluster Source => _clusters[(int)DemoSide.Source];

    public EmbeddedCluster Target => _clusters[(int)DemoSide.Target];

    /// <summary>All brokers of each side, those that are down too.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    public static async Task<DemoClusters> StartAsync(
        IReadOnlyList<DemoTopic> topics, DemoEvents events, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        var options = new EmbeddedClusterOptions
        {
            BrokerCount = BrokerCount,
            Time = time,
            BrokerConfigs = new Dictionary<string, string>
            {
                ["group.initial.rebalance.delay.ms"] = "0",
                ["log.cleaner.backoff.ms"] = "2000",
                ["log.retention.check.interval.ms"] = "2000",
                ["log.retention.bytes"] = "16777216",
                ["log.segment.bytes"] = "2097152",
            },
        };
        var source = await EmbeddedCluster.StartAsync(options with { Topics = [.. topics.Select(topic => topic.Embedded)] }, loggers, ct);
        try
        {
            // Compacted topics are made on the target as on the source; the others the mirror makes.
            var made = topics.Where(topic => topic.IsCompacted).Select(topic => topic.Embedded);
            var target = await EmbeddedCluster.StartAsync(options with { Topics = [.. made] }, loggers, ct);
            return new DemoClusters(source, target, events, time) { Servers = [source.BootstrapServers, target.BootstrapServers] };
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of one side.</summary>
    public KafkaClient Client(DemoSide side, string clientId, ILoggerFactory loggers) => new(
        new ClientOptions
        {
            Cluster = Name(side),
            ClientId = clientId,
            BootstrapServers = [.. Servers[(int)side]
                .Split(',').Select(server => IPEndPoint.Parse(server)).Select(at => new DnsEndPoint(at.Address.ToString(), at.Port))],
            CallTimeout = TimeSpan.FromSeconds(30),
        },
        new FramePool(32 * 1024 * 1024), _time, loggers);

    /// <summary>Stops a broker, another one each time, and starts it again after a while. One call at a time.</summary>
    public async Task RestartAsync(DemoSide side, CancellationToken ct)
    {
        var (cluster, id) = (_clusters[(int)side], _next[(int)side]++ % BrokerCount);
        _events.Add(string.Create(CultureInfo.InvariantCulture, $"{Name(side)}: broker {id} is killed; what it leads waits"));
        await cluster.StopBrokerAsync(id, ct);
        try
        {
            await Task.Delay(Outage, _time, ct);
        }
        finally
        {
            await cluster.StartBrokerAsync(id, CancellationToken.None);
            _events.Add(string.Create(CultureInfo.InvariantCulture, $"{Name(side)}: broker {id} is back"));
        }
    }

    /// <summary>The log end of a partition; 0 while the topic is not there.</summary>
    public long LogEnd(DemoSide side, string topic, int partition)
    {
        var cluster = _clusters[(int)side];
        return cluster.HasTopic(topic) ? cluster.LogEndOffset(topic, partition) : 0;
    }

    /// <summary>Whether a broker that runs leads the partition.</summary>
    public bool HasLeader(DemoSide side, string topic, int partition) =>
        _clusters[(int)side] is var cluster && cluster.HasTopic(topic) && cluster.Leader(topic, partition) >= 0;

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }
    }

    public static string Name(DemoSide side) => side == DemoSide.Source ? "source" : "target";
}
