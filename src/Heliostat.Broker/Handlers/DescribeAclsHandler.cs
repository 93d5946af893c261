using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeAcls 1 to 3.</summary>
internal sealed class DescribeAclsHandler : ApiHandler<DescribeAclsRequest, DescribeAclsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<DescribeAclsResponse?> HandleAsync(DescribeAclsRequest request, RequestContext context, CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Describe, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        var filter = new AclFilter
        {
            ResourceType = (ResourceType)request.ResourceTypeFilter,
            ResourceName = request.ResourceNameFilter,
            PatternType = (PatternType)request.PatternTypeFilter,
            Principal = request.PrincipalFilter,
            Host = request.HostFilter,
            Operation = (AclOperation)request.Operation,
            Permission = (AclPermission)request.PermissionType,
        };
        var matching = context.Cluster.Authorizer.Acls.Where(filter.Matches).GroupBy(acl => (acl.ResourceType, acl.ResourceName, acl.PatternType));
        return new(new DescribeAclsResponse
        {
            Resources =
            [
                .. matching.Select(resource => new DescribeAclsResource
                {
                    ResourceType = (sbyte)resource.Key.ResourceType,
                    ResourceName = resource.Key.ResourceName,
                    PatternType = (sbyte)resource.Key.PatternType,
                    Acls =
                    [
                        .. resource.Select(acl => new AclDescription
                        {
                            Principal = acl.Principal,
                            Host = acl.Host,
                            Operation = (sbyte)acl.Operation,
                            PermissionType = (sbyte)acl.Permission,
                        }),
                    ],
                }),
            ],
        });
    }

    protected override DescribeAclsResponse Refuse(DescribeAclsRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error, ErrorMessage = error.Name() };
}
