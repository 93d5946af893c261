using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>ListGroups 0 to 5: the groups that this broker coordinates, by state and type.</summary>
internal sealed class ListGroupsHandler : ApiHandler<ListGroupsRequest, ListGroupsResponse>
{
    private const string Classic = "classic";

    protected override ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context, CancellationToken ct)
    {
        var response = new ListGroupsResponse();
        foreach (var group in context.Cluster.Groups.All.OrderBy(group => group.GroupId, StringComparer.Ordinal))
        {
            var state = group.State.ToString();
            if (context.Cluster.Coordinator(group.GroupId) != context.Broker || group.State == GroupState.Dead) continue;
            if (request.StatesFilter.Count > 0 && !request.StatesFilter.Contains(state, StringComparer.OrdinalIgnoreCase)) continue;
            if (request.TypesFilter.Count > 0 && !request.TypesFilter.Contains(Classic, StringComparer.OrdinalIgnoreCase)) continue;
            if (!context.IsAllowed(AclOperation.Describe, ResourceType.Group, group.GroupId)) continue;

            response.Groups.Add(new ListedGroup
            {
                GroupId = group.GroupId,
                ProtocolType = group.ProtocolType,
                GroupState = state,
                GroupType = Classic
            });
        }

        return new(response);
    }

    protected override ListGroupsResponse Refuse(ListGroupsRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };
}
