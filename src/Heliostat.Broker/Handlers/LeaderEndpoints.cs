using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Handlers;

/// <summary>Where the brokers are that an answer points to (KIP-951).</summary>
internal static class LeaderEndpoints
{
    public static void Add(Rows<NodeEndpoint> endpoints, int leader, RequestContext context)
    {
        foreach (var known in endpoints)
        {
            if (known.NodeId == leader) return;
        }

        if (context.Cluster.Find(leader) is not { } broker) return;

        var endpoint = endpoints.Next();
        endpoint.NodeId = broker.Id;
        endpoint.Host = broker.Host;
        endpoint.Port = broker.PortOf(context.Listener);
        endpoint.Rack = broker.Rack;
    }
}
