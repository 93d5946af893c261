using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeGroups 0 to 6. A group that is not there is Dead, and from version 6 on an error.</summary>
internal sealed class DescribeGroupsHandler : ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    protected override ValueTask<DescribeGroupsResponse?> HandleAsync(DescribeGroupsRequest request, RequestContext context,
        CancellationToken ct) =>
            new(new DescribeGroupsResponse { Groups = [.. request.Groups.Select(groupId => Describe(groupId, request, context))] });

    protected override DescribeGroupsResponse Refuse(DescribeGroupsRequest request, RequestContext context, ErrorCode error) =>
        new() { Groups = [.. request.Groups.Select(groupId => Refused(groupId, error))] };

    private static DescribeGroupsDescribedGroup Describe(string groupId, DescribeGroupsRequest request, RequestContext context)
    {
        var error = context.CheckGroup(groupId, AclOperation.Describe);
        if (error != ErrorCode.None) return Refused(groupId, error);

        var described = context.Cluster.Groups.Find(groupId)?.Describe() ?? Dead(groupId, context.Version);
        if (request.IncludeAuthorizedOperations && described.ErrorCode == ErrorCode.None)
            described.AuthorizedOperations = context.AuthorizedOperations(ResourceType.Group, groupId);
        return described;
    }

    private static DescribeGroupsDescribedGroup Dead(string groupId, short version)
    {
        var dead = Refused(groupId, version >= 6 ? ErrorCode.GroupIdNotFound : ErrorCode.None);
        dead.GroupState = nameof(GroupState.Dead);
        dead.ErrorMessage = version >= 6 ? $"Group {groupId} not found." : null;
        return dead;
    }

    private static DescribeGroupsDescribedGroup Refused(string groupId, ErrorCode error) => new() { GroupId = groupId, ErrorCode = error };
}
