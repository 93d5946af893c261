using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>
/// Clusters that many tests share, each started when first asked for. Tests keep apart by the names of topics and groups.
/// </summary>
public sealed class RealClusters : IAsyncLifetime
{
    /// <summary>The name of a collection; its tests run one after the other.</summary>
    public const string Collection = "real clusters";

    /// <summary>Another, with clusters of its own: the tests of flows, beside the others.</summary>
    public const string OfFlows = "real clusters of flows";

    private readonly Dictionary<string, ITestCluster> _sources = [];
    private readonly Dictionary<bool, ITestCluster> _targets = [];

    /// <summary>A source of this kind or version, and a target of the same kind: embedded, or KAFKA_HOME's.</summary>
    public async Task<ClusterPair> PairAsync(string kind, CancellationToken ct)
    {
        if (!_sources.TryGetValue(kind, out var source))
        {
            _sources[kind] = source = await TestClusters.StartAsync(kind, 1, ct);
        }

        if (!_targets.TryGetValue(source.IsEmbedded, out var target))
        {
            _targets[source.IsEmbedded] =
                target = await TestClusters.StartAsync(source.IsEmbedded ? kind : KafkaDistribution.Require(null).Version, 1, ct);
        }

        return new ClusterPair(source, target);
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var cluster in _sources.Values.Concat(_targets.Values))
        {
            await cluster.DisposeAsync();
        }
    }
}

[CollectionDefinition(RealClusters.Collection)]
public sealed class RealClustersCollection : ICollectionFixture<RealClusters>;

[CollectionDefinition(RealClusters.OfFlows)]
public sealed class RealClustersOfFlowsCollection : ICollectionFixture<RealClusters>;
