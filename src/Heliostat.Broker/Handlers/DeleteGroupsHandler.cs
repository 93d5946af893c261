using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DeleteGroups 0 to 2: groups without members, and their offsets.</summary>
internal sealed class DeleteGroupsHandler : ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    protected override ValueTask<DeleteGroupsResponse?> HandleAsync(DeleteGroupsRequest request, RequestContext context,
        CancellationToken ct) =>
            new(Answer(request, groupId =>
            {
                var error = context.CheckGroup(groupId, AclOperation.Delete);
                if (error != ErrorCode.None) return error;
                return context.Cluster.Groups.Find(groupId)?.Delete() ?? ErrorCode.GroupIdNotFound;
            }));

    protected override DeleteGroupsResponse Refuse(DeleteGroupsRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, _ => error);

    private static DeleteGroupsResponse Answer(DeleteGroupsRequest request, Func<string, ErrorCode> delete) =>
        new()
        {
            Results =
            [.. request.GroupsNames.Select(groupId => new DeletableGroupResult { GroupId = groupId, ErrorCode = delete(groupId) })]
        };
}
