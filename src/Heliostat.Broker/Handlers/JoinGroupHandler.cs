using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;

namespace Heliostat.Broker.Handlers;

/// <summary>JoinGroup 0 to 9: waits for the other members. From version 4 on a new member is first given its id (KIP-394).</summary>
internal sealed class JoinGroupHandler : ApiHandler<JoinGroupRequest, JoinGroupResponse>
{
    protected override async ValueTask<JoinGroupResponse?> HandleAsync(JoinGroupRequest request, RequestContext context,
        CancellationToken ct)
    {
        var error = context.CheckGroup(request.GroupId, AclOperation.Read);
        if (error != ErrorCode.None) return Refuse(request, context, error);

        var settings = context.Cluster.Settings;
        if (request.SessionTimeoutMs < settings.GroupMinSessionTimeoutMs || request.SessionTimeoutMs > settings.GroupMaxSessionTimeoutMs)
            return Refuse(request, context, ErrorCode.InvalidSessionTimeout);

        var group = context.Cluster.Groups.Find(request.GroupId);
        if (group is null && request.MemberId.Length > 0) return Refuse(request, context, ErrorCode.UnknownMemberId);

        group ??= context.Cluster.Groups.FindOrAdd(request.GroupId);
        var joining = group.JoinAsync(
            request, context.ClientId, $"/{context.Connection.RemoteEndPoint.Address}", mustKnowId: context.Version >= 4, context.NowMs);
        context.ReleaseRequest();
        var joined = await joining.WaitHereAsync(ct);
        if (context.Version < 7) joined.ProtocolName ??= "";
        return joined;
    }

    protected override JoinGroupResponse Refuse(JoinGroupRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error, MemberId = request.MemberId, ProtocolName = context.Version >= 7 ? null : "" };
}
