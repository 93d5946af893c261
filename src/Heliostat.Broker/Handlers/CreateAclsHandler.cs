using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>CreateAcls 1 to 3: kept, described, and enforced where the cluster was told to.</summary>
internal sealed class CreateAclsHandler : ApiHandler<CreateAclsRequest, CreateAclsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<CreateAclsResponse?> HandleAsync(CreateAclsRequest request, RequestContext context, CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Alter, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        return new(new CreateAclsResponse { Results = [.. request.Creations.Select(creation => Create(creation, context))] });
    }

    protected override CreateAclsResponse Refuse(CreateAclsRequest request, RequestContext context, ErrorCode error) =>
        new() { Results = [.. request.Creations.Select(_ => new AclCreationResult { ErrorCode = error, ErrorMessage = error.Name() })] };

    private static AclCreationResult Create(AclCreation creation, RequestContext context)
    {
        var acl = new AclBinding
        {
            ResourceType = creation.ResourceType,
            ResourceName = creation.ResourceName,
            PatternType = creation.ResourcePatternType,
            Principal = creation.Principal,
            Host = creation.Host,
            Operation = creation.Operation,
            Permission = creation.PermissionType,
        };
        var problem = Check(acl);
        if (problem is null) context.Cluster.Authorizer.Add(acl);
        return new AclCreationResult
        {
            ErrorCode = problem is null ? ErrorCode.None : ErrorCode.InvalidRequest,
            ErrorMessage = problem ?? ""
        };
    }

    private static string? Check(AclBinding acl)
    {
        if (acl.ResourceType is ResourceType.Any or ResourceType.Unknown || !Enum.IsDefined(acl.ResourceType))
            return $"Invalid resourceType {acl.ResourceType}";
        if (acl.PatternType is not (PatternType.Literal or PatternType.Prefixed)) return $"Invalid patternType {acl.PatternType}";
        if (acl.Operation is AclOperation.Any or AclOperation.Unknown || !Enum.IsDefined(acl.Operation))
            return $"Invalid operation {acl.Operation}";
        if (acl.Permission is not (AclPermission.Allow or AclPermission.Deny)) return $"Invalid permissionType {acl.Permission}";
        if (!acl.Principal.Contains(':', StringComparison.Ordinal))
            return $"Could not parse principal from `{acl.Principal}` (no colon is present separating the principal type from the "
                + "principal name)";
        if (acl.ResourceName.Length == 0) return "Invalid empty resource name";
        return acl.ResourceType == ResourceType.Cluster && acl.ResourceName != AclBinding.ClusterName
            ? $"The only valid name for the CLUSTER resource is {AclBinding.ClusterName}"
            : null;
    }
}
