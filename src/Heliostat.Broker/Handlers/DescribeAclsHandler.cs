using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeAcls 1 to 3.</summary>
internal sealed class DescribeAclsHandler : ApiHandler<DescribeAclsRequest, DescribeAclsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<DescribeAclsResponse?> HandleAsync(DescribeAclsRequest request, RequestContext context,
        CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Describe, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        var filter = new AclFilter
        {
            ResourceType = request.ResourceTypeFilter,
            ResourceName = request.ResourceNameFilter,
            PatternType = request.PatternTypeFilter,
            Principal = request.PrincipalFilter,
            Host = request.HostFilter,
            Operation = request.Operation,
            Permission = request.PermissionType,
        };
        var matching = context.Cluster.Authorizer.Acls
            .Where(filter.Matches).GroupBy(acl => (acl.ResourceType, acl.ResourceName, acl.PatternType));
        return new(new DescribeAclsResponse
        {
            Resources =
            [
                .. matching.Select(resource => new DescribeAclsResource
                {
                    ResourceType = resource.Key.ResourceType,
                    ResourceName = resource.Key.ResourceName,
                    PatternType = resource.Key.PatternType,
                    Acls =
                    [
                        .. resource.Select(acl => new AclDescription
                        {
                            Principal = acl.Principal,
                            Host = acl.Host,
                            Operation = acl.Operation,
                            PermissionType = acl.Permission,
                        }),
                    ],
                }),
            ],
        });
    }

    protected override DescribeAclsResponse Refuse(DescribeAclsRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error, ErrorMessage = error.Name() };
}
