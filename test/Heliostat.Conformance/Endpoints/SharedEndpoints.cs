using Heliostat.Broker;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Conformance.Endpoints;

/// <summary>One cluster of each kind, of one broker with id 0, started when first asked for and stopped with the test run.</summary>
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
    private static readonly Dictionary<EndpointKind, Task<(string Bootstrap, IAsyncDisposable Cluster)>> Started = [];

    public static async Task<string> BootstrapAsync(EndpointKind kind)
    {
        Task<(string Bootstrap, IAsyncDisposable Cluster)> cluster;
        lock (Gate)
        {
            if (!Started.TryGetValue(kind, out cluster!)) Started.Add(kind, cluster = StartAsync(kind));
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

    private static async Task<(string Bootstrap, IAsyncDisposable Cluster)> StartAsync(EndpointKind kind)
    {
        if (kind == EndpointKind.Embedded)
        {
            var embedded = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerConfigs = Settings }, CancellationToken.None);
            return (embedded.BootstrapServers, embedded);
        }

        var version = kind == EndpointKind.Kafka43 ? "4.3.1" : "3.9.1";
        var real = await KafkaCluster.StartAsync(new() { Version = version, FirstBrokerId = 0, Properties = Settings }, CancellationToken.None);
        return (real.BootstrapServers, real);
    }
}
