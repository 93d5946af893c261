using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DeleteAcls 1 to 3: by filters, with what each removed.</summary>
internal sealed class DeleteAclsHandler : ApiHandler<DeleteAclsRequest, DeleteAclsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<DeleteAclsResponse?> HandleAsync(DeleteAclsRequest request, RequestContext context, CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Alter, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        return new(new DeleteAclsResponse
        {
            FilterResults = [.. request.Filters.Select(filter => Delete(filter, context.Cluster.Authorizer))]
        });
    }

    protected override DeleteAclsResponse Refuse(DeleteAclsRequest request, RequestContext context, ErrorCode error) =>
        new()
        {
            FilterResults =
            [.. request.Filters.Select(_ => new DeleteAclsFilterResult { ErrorCode = error, ErrorMessage = error.Name() })]
        };

    private static DeleteAclsFilterResult Delete(DeleteAclsFilter filter, Authorizer authorizer)
    {
        var removed = authorizer.Remove(new AclFilter
        {
            ResourceType = filter.ResourceTypeFilter,
            ResourceName = filter.ResourceNameFilter,
            PatternType = filter.PatternTypeFilter,
            Principal = filter.PrincipalFilter,
            Host = filter.HostFilter,
            Operation = filter.Operation,
            Permission = filter.PermissionType,
        });
        return new DeleteAclsFilterResult
        {
            ErrorMessage = null,
            MatchingAcls =
            [
                .. removed.Select(acl => new DeleteAclsMatchingAcl
                {
                    ErrorMessage = null,
                    ResourceType = acl.ResourceType,
                    ResourceName = acl.ResourceName,
                    PatternType = acl.PatternType,
                    Principal = acl.Principal,
                    Host = acl.Host,
                    Operation = acl.Operation,
                    PermissionType = acl.Permission,
                }),
            ],
        };
    }
}
