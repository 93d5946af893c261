using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;

namespace Heliostat.Broker.Handlers;

/// <summary>SyncGroup 0 to 5: the leader brings the assignment, the others wait for it.</summary>
internal sealed class SyncGroupHandler : ApiHandler<SyncGroupRequest, SyncGroupResponse>
{
    protected override async ValueTask<SyncGroupResponse?> HandleAsync(SyncGroupRequest request, RequestContext context,
        CancellationToken ct)
    {
        var error = context.CheckGroup(request.GroupId, AclOperation.Read);
        if (error != ErrorCode.None) return Refuse(request, context, error);

        if (context.Cluster.Groups.Find(request.GroupId) is not { } group) return Refuse(request, context, ErrorCode.UnknownMemberId);

        var syncing = group.SyncAsync(request, context.NowMs);
        context.ReleaseRequest();
        return await syncing.WaitHereAsync(ct);
    }

    protected override SyncGroupResponse Refuse(SyncGroupRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };
}
