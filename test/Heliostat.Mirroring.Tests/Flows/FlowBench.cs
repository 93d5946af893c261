using System.Net;
using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.Embedded;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Embedded clusters by alias, and the engine on a file that names them.</summary>
internal sealed class FlowBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A load that goes on for as long as others take to do something is not to take the processor from them.</summary>
    private static readonly TimeSpan LoadInterval = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, EmbeddedTestCluster> _clusters;

    private FlowBench(Dictionary<string, EmbeddedTestCluster> clusters)
    {
        _clusters = clusters;
    }

    public static Task<FlowBench> StartAsync(params string[] aliases) =>
        StartAsync(aliases.ToDictionary(alias => alias, _ => new EmbeddedClusterOptions()));

    /// <summary>Clusters that are not all alike.</summary>
    public static async Task<FlowBench> StartAsync(IReadOnlyDictionary<string, EmbeddedClusterOptions> aliases)
    {
        Dictionary<string, EmbeddedTestCluster> clusters = [];
        foreach (var (alias, options) in aliases)
        {
            clusters[alias] = await EmbeddedTestCluster.StartAsync(options.BrokerCount, null, options, CancellationToken.None);
        }

        return new FlowBench(clusters);
    }

    /// <summary>A client of ours, to be disposed of.</summary>
    public KafkaClient KafkaClient(string alias, string clientId = "other")
    {
        var address = new Uri($"kafka://{_clusters[alias].BootstrapServers.Split(',')[0]}");
        var options = new ClientOptions
        {
            Cluster = alias,
            ClientId = clientId,
            BootstrapServers = [new DnsEndPoint(address.Host, address.Port)]
        };
        return new KafkaClient(options, new FramePool(1 << 20), TimeProvider.System, NullLoggerFactory.Instance);
    }

    public ITestClient Client(string alias) => _clusters[alias].Client;

    public EmbeddedTestCluster Cluster(string alias) => _clusters[alias];

    /// <summary>Runs the engine until <paramref name="condition"/> holds, then stops it in good order.</summary>
    public async Task RunUntilAsync(string settings, string what, Func<EngineSnapshot, Task<bool>> condition,
        ILoggerFactory? loggers = null)
    {
        var engine = Engine(settings, loggers);
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token, CancellationToken.None);
        await Eventually.ValueAsync(what, Patience, async _ => running.IsCompleted || await condition(engine.Snapshot()), seen => seen,
            CancellationToken.None);
        await stop.CancelAsync();
        Assert.Equal(MirrorEnd.Stopped, (await running).End);
    }

    /// <summary>Runs the engine until a topic of B has so many offsets, then ends it in the middle of everything.</summary>
    public async Task CrashAsync(string settings, string topic, long arrived)
    {
        using var abort = new CancellationTokenSource();
        var running = Engine(settings).RunAsync(CancellationToken.None, abort.Token);
        await Eventually.ValueAsync("so much to arrive", Patience, async _ => await RecordsAsync("B", topic), seen => seen >= arrived,
            CancellationToken.None);
        await abort.CancelAsync();
        Assert.Equal(MirrorEnd.Aborted, (await running).End);
    }

    /// <summary>The file.</summary>
    public MirrorMaker2File File(string settings) => Configurations.Read(Text(settings)).ToFile();

    /// <summary>An engine on the file, not yet running.</summary>
    public MirrorEngine Engine(string settings, ILoggerFactory? loggers = null, string? worker = null) =>
        new(File(settings).Flows, new EngineOptions { Worker = worker }, TimeProvider.System, loggers ?? NullLoggerFactory.Instance);

    /// <summary>The partitions' contents, by hash of all records in their order.</summary>
    public async Task<IEnumerable<(int Partition, long Count, string Sequence)>> ContentAsync(string alias, string topic) =>
        (await Client(alias).ReadAsync(topic, new(), CancellationToken.None)).Select(p => (p.Partition, p.Count, p.Sequence));

    /// <summary>How many offsets a topic has on a cluster; 0 while it is not there.</summary>
    public async Task<long> EndAsync(string alias, string topic) =>
        (await Client(alias).ListTopicsAsync(CancellationToken.None)).Contains(topic)
            ? (await Client(alias).EndOffsetsAsync(topic, CancellationToken.None)).Sum()
            : 0;

    /// <summary>How many records a topic has on a cluster, markers left out; 0 while it is not there.</summary>
    public async Task<long> RecordsAsync(string alias, string topic) =>
        await EndAsync(alias, topic) == 0 ? 0 : (await ContentAsync(alias, topic)).Sum(partition => partition.Count);

    /// <summary>Some records to twelve partitions of a topic, now and then; returns how many there are in the end.</summary>
    public async Task<long> LoadAsync(CancellationToken ct)
    {
        var count = 0;
        while (!ct.IsCancellationRequested)
        {
            await Client("A").GenerateAsync("orders", new() { First = count, Count = 120, Partitions = 12 }, CancellationToken.None);
            count += 120;
            await Task.Delay(LoadInterval, TimeProvider.System, CancellationToken.None);
        }

        return count;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters.Values)
        {
            await cluster.DisposeAsync();
        }
    }

    private string Text(string settings) => string.Join('\n',
    [
        $"clusters = {string.Join(", ", _clusters.Keys)}",
        .. _clusters.Select(cluster => $"{cluster.Key}.bootstrap.servers = {cluster.Value.BootstrapServers}"),
        "replication.factor = 1", "offset-syncs.topic.replication.factor = 1", "checkpoints.topic.replication.factor = 1",
        "heartbeats.topic.replication.factor = 1",
        "offset.storage.replication.factor = 1", "emit.heartbeats.enabled = false", "refresh.topics.interval.seconds = 1",
        "emit.checkpoints.interval.seconds = 1",
        "sync.group.offsets.interval.seconds = 1", "refresh.groups.interval.seconds = 1",
        .. _clusters.Keys.Select(alias => $"{alias}.offset.flush.interval.ms = 100"), settings,
    ]);
}
