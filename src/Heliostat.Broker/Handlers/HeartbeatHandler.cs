using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>Heartbeat 0 to 4: keeps a member's session, and tells it of a rebalance.</summary>
internal sealed class HeartbeatHandler : ApiHandler<HeartbeatRequest, HeartbeatResponse>
{
    protected override ValueTask<HeartbeatResponse?> HandleAsync(HeartbeatRequest request, RequestContext context, CancellationToken ct)
    {
        var error = context.CheckGroup(request.GroupId, AclOperation.Read);
        if (error == ErrorCode.None)
        {
            error = context.Cluster.Groups.Find(request.GroupId)
                ?.Heartbeat(request.MemberId, request.GroupInstanceId, request.GenerationId, context.NowMs) ?? ErrorCode.UnknownMemberId;
        }

        return new(Refuse(request, context, error));
    }

    protected override HeartbeatResponse Refuse(HeartbeatRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };
}
