using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>Clusters that many tests share, each started when first asked for. Tests keep apart by the names of topics and groups.</summary>
public sealed class RealClusters : IAsyncLifetime
{
    /// <summary>The name of the collection; its tests run one after the other.</summary>
    public const string Collection = "real clusters";

    private readonly Dictionary<string, KafkaCluster> _sources = [];
    private KafkaCluster? _target;

    /// <summary>A source of this version, and a target of KAFKA_HOME's.</summary>
    public async Task<ClusterPair> PairAsync(string sourceVersion, CancellationToken ct)
    {
        if (!_sources.TryGetValue(sourceVersion, out var source))
        {
            _sources[sourceVersion] = source = await KafkaCluster.StartAsync(new() { Version = sourceVersion }, ct);
        }

        _target ??= await KafkaCluster.StartAsync(new(), ct);
        return new ClusterPair(source, _target);
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var cluster in _sources.Values)
        {
            await cluster.DisposeAsync();
        }

        if (_target is not null)
        {
            await _target.DisposeAsync();
        }
    }
}

[CollectionDefinition(RealClusters.Collection)]
public sealed class RealClustersCollection : ICollectionFixture<RealClusters>;
