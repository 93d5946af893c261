using Heliostat.Broker;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Conformance.Endpoints;

/// <summary>One cluster of each kind and size, with ids from 0 on, started when first asked for and stopped with the test run.</summary>
internal static class SharedEndpoints
{
    /// <summary>The settings of all of them: Kafka's own, except where waiting would only cost the tests time.</summary>
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["num.partitions"] = "1",
        ["num.io.threads"] = "4",
        ["delete.topic.enable"] = "true",
        ["log.retention.ms"] = "-1",
        ["group.initial.rebalance.delay.ms"] = "0",
        ["group.min.session.timeout.ms"] = "500",
        ["transaction.max.timeout.ms"] = "60000",
        ["transaction.abort.timed.out.transaction.cleanup.interval.ms"] = "200",
        ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        ["allow.everyone.if.no.acl.found"] = "true",
        ["super.users"] = "User:admin",
    };

    private static readonly Lock Gate = new();
    private static readonly Dictionary<(EndpointKind Kind, int Brokers), Task<(string Bootstrap, IAsyncDisposable Cluster)>> Started = [];

    public static async Task<string> BootstrapAsync(EndpointKind kind, int brokers)
    {
        Task<(string Bootstrap, IAsyncDisposable Cluster)> cluster;
        lock (Gate)
        {
            if (!Started.TryGetValue((kind, brokers), out cluster!)) Started.Add((kind, brokers), cluster = StartAsync(kind, brokers));
        }

        return (await cluster).Bootstrap;
    }

    public static async Task StopAsync()
    {
        foreach (var started in Started.Values)
        {
            var (_, cluster) = await started;
            await cluster.DisposeAsync();
        }
    }

    private static async Task<(string Bootstrap, IAsyncDisposable Cluster)> StartAsync(EndpointKind kind, int brokers)
    {
        if (kind == EndpointKind.Embedded)
        {
            var embedded = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerCount = brokers, BrokerConfigs = Settings },
                CancellationToken.None);
            return (embedded.BootstrapServers, embedded);
        }

        var version = kind == EndpointKind.Kafka43 ? "4.3.1" : "3.9.1";
        var real = await KafkaCluster.StartAsync(new() { Version = version, FirstBrokerId = 0, Brokers = brokers, Properties = Settings },
            CancellationToken.None);
        return (real.BootstrapServers, real);
    }
}
