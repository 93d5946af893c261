using Heliostat.Broker;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Testing.Embedded;

/// <summary>An embedded cluster in the place of a real one. Its broker n is the embedded broker n - 1.</summary>
public sealed class EmbeddedTestCluster : ITestCluster
{
    private readonly WireClient _client;

    private EmbeddedTestCluster(EmbeddedCluster cluster)
    {
        Cluster = cluster;
        _client = new WireClient(cluster);
    }

    /// <summary>The cluster itself, for what only an embedded one can do.</summary>
    public EmbeddedCluster Cluster { get; }

    public string BootstrapServers => Cluster.BootstrapServers;

    public ITestClient Client => _client;

    public bool IsEmbedded => true;

    /// <summary>Starts brokers that let a group begin at once and keep records of any age.</summary>
    public static Task<EmbeddedTestCluster> StartAsync(int brokers, IReadOnlyDictionary<string, string>? properties,
        CancellationToken ct) =>
            StartAsync(brokers, properties, new EmbeddedClusterOptions(), ct);

    /// <summary>As the other, and as <paramref name="options"/> say in all else.</summary>
    public static async Task<EmbeddedTestCluster> StartAsync(
        int brokers, IReadOnlyDictionary<string, string>? properties, EmbeddedClusterOptions options, CancellationToken ct)
    {
        var configs = new Dictionary<string, string>(properties ?? new Dictionary<string, string>());
        configs.TryAdd("group.initial.rebalance.delay.ms", "0");
        configs.TryAdd("log.cleaner.backoff.ms", "200");
        configs.TryAdd("log.retention.ms", "-1");
        configs.TryAdd("log.retention.check.interval.ms", "200");
        return new EmbeddedTestCluster(await EmbeddedCluster.StartAsync(options with { BrokerCount = brokers, BrokerConfigs = configs },
            ct));
    }

    public Task StopBrokerAsync(int id, CancellationToken ct) => Cluster.StopBrokerAsync(id - 1, ct);

    public Task KillBrokerAsync(int id, CancellationToken ct) => Cluster.StopBrokerAsync(id - 1, ct);

    public Task StartBrokerAsync(int id, CancellationToken ct) => Cluster.StartBrokerAsync(id - 1, ct);

    public Task<StoredBatch[]> DumpAsync(string topic, int partition, int broker, CancellationToken ct) =>
        _client.DumpAsync(topic, partition, ct);

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
