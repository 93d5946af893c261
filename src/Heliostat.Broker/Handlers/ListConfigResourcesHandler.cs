using System.Globalization;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// ListConfigResources 0 to 1: what has settings (KIP-1142); version 0 asks for client metrics only, of which there are none.
/// </summary>
internal sealed class ListConfigResourcesHandler : ApiHandler<ListConfigResourcesRequest, ListConfigResourcesResponse>
{
    protected override ValueTask<ListConfigResourcesResponse?> HandleAsync(ListConfigResourcesRequest request, RequestContext context,
        CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.DescribeConfigs, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));
        if (request.ResourceTypes.Exists(type => type == ConfigResourceType.Unknown || !Enum.IsDefined(type)))
            return new(Refuse(request, context, ErrorCode.UnsupportedVersion));

        var response = new ListConfigResourcesResponse();
        if (context.Version >= 1)
        {
            var all = request.ResourceTypes.Count == 0;
            if (all || request.ResourceTypes.Contains(ConfigResourceType.Topic))
                response.ConfigResources.AddRange(
                    context.Cluster.Topics.All.Select(topic => Resource(ConfigResourceType.Topic, topic.Name)));
            foreach (var type in new[] { ConfigResourceType.Broker, ConfigResourceType.BrokerLogger })
            {
                if (all || request.ResourceTypes.Contains(type))
                    response.ConfigResources.AddRange(
                        context.Cluster.Brokers.Select(broker => Resource(type, broker.Id.ToString(CultureInfo.InvariantCulture))));
            }
        }

        return new(response);
    }

    protected override ListConfigResourcesResponse Refuse(ListConfigResourcesRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };

    private static ConfigResource Resource(ConfigResourceType type, string name) => new() { ResourceType = type, ResourceName = name };
}
