using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Testing.Clusters;

/// <summary>Clusters of either kind, by the name of the kind.</summary>
public static class TestClusters
{
    /// <summary>Brokers in this process; any other kind is a version of Apache Kafka.</summary>
    public const string Embedded = "embedded";

    /// <summary>Starts a cluster and returns once every broker answers.</summary>
    public static async Task<ITestCluster> StartAsync(string kind, int brokers, CancellationToken ct) => kind == Embedded
        ? await EmbeddedTestCluster.StartAsync(brokers, null, ct)
        : await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = kind, Brokers = brokers }, ct);
}
