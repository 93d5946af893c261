using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeGroups 0 to 6. A group that is not there is Dead, and from version 6 on an error.</summary>
internal sealed class DescribeGroupsHandler : ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    protected override ValueTask<DescribeGroupsResponse?> HandleAsync(DescribeGroupsRequest request, RequestContext context, CancellationToken ct) =>
        new(new DescribeGroupsResponse { Groups = [.. request.Groups.Select(groupId => Describe(groupId, request, context))] });

    protected override DescribeGroupsResponse Refuse(DescribeGroupsRequest request, RequestContext context, ErrorCode error) =>
        new() { Groups = [.. request.Groups.Select(groupId => Refused(groupId, error))] };

    private static DescribeGroupsDescribedGroup Describe(string groupId, DescribeGroupsRequest request, RequestContext context)
    {
        var error = context.CheckGroup(groupId, AclOperation.Describe);
        if (error != ErrorCode.None) return Refused(groupId, error);

        if (context.Cluster.Groups.Find(groupId) is not { } group)
        {
            var dead = Refused(groupId, context.Version >= 6 ? ErrorCode.GroupIdNotFound : ErrorCode.None);
            dead.GroupState = nameof(GroupState.Dead);
            dead.ErrorMessage = context.Version >= 6 ? $"Group {groupId} not found." : null;
            return dead;
        }

        var described = group.Describe();
        if (request.IncludeAuthorizedOperations) described.AuthorizedOperations = context.AuthorizedOperations(ResourceType.Group, groupId);
        return described;
    }

    private static DescribeGroupsDescribedGroup Refused(string groupId, ErrorCode error) => new() { GroupId = groupId, ErrorCode = error };
}
