using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeCluster 0 to 2: the running brokers (KIP-700). There are no controllers to be reached on their own.</summary>
internal sealed class DescribeClusterHandler : ApiHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    protected override ValueTask<DescribeClusterResponse?> HandleAsync(DescribeClusterRequest request, RequestContext context,
        CancellationToken ct)
    {
        if (request.EndpointType is not (Brokers or Controllers))
        {
            return new(new DescribeClusterResponse
            {
                ErrorCode = ErrorCode.UnsupportedEndpointType,
                ErrorMessage = $"Unsupported endpoint type {request.EndpointType}",
            });
        }

        if (request.EndpointType == Controllers)
        {
            return new(new DescribeClusterResponse
            {
                ErrorCode = ErrorCode.MismatchedEndpointType,
                ErrorMessage = "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER",
            });
        }

        return new(new DescribeClusterResponse
        {
            ClusterId = context.Cluster.ClusterId,
            ControllerId = context.Cluster.ControllerId,
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations
                ? context.AuthorizedOperations(ResourceType.Cluster, AclBinding.ClusterName)
                : int.MinValue,
            Brokers =
            [
                .. context.Cluster.Brokers.Where(broker => broker.IsRunning).Select(broker => new DescribeClusterBroker
                {
                    BrokerId = broker.Id,
                    Host = broker.Host,
                    Port = broker.PortOf(context.Listener),
                    Rack = broker.Rack,
                }),
            ],
        });
    }

    protected override DescribeClusterResponse Refuse(DescribeClusterRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error, ErrorMessage = error.Name() };
}
