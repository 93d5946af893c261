using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Flows;

/// <summary>A cluster through a client that keeps its metadata fresh.</summary>
internal sealed class SeenCluster(KafkaClient client)
{
    public ClusterSnapshot Snapshot(string? alias)
    {
        var now = client.Metadata.Current;
        return new ClusterSnapshot(alias, string.Join(',', client.Options.BootstrapServers.Select(Bootstrap.Text)))
        {
            Id = now.ClusterId,
            Controller = now.ControllerId < 0 ? null : now.ControllerId,
            Brokers = [.. now.Brokers.Values.OrderBy(broker => broker.NodeId)
                .Select(broker => new BrokerSnapshot(broker.NodeId, Bootstrap.Text(broker.Endpoint), broker.Rack))],
        };
    }
}
