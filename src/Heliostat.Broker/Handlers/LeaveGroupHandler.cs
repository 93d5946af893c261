using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>LeaveGroup 0 to 5: one member, or several from version 3 on, also static ones by their names (KIP-345).</summary>
internal sealed class LeaveGroupHandler : ApiHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    protected override ValueTask<LeaveGroupResponse?> HandleAsync(LeaveGroupRequest request, RequestContext context, CancellationToken ct)
    {
        var error = context.CheckGroup(request.GroupId, AclOperation.Read);
        if (error != ErrorCode.None) return new(Refuse(request, context, error));

        var group = context.Cluster.Groups.Find(request.GroupId);
        var leaving = context.Version >= 3 ? request.Members : [new MemberIdentity { MemberId = request.MemberId }];
        var response = new LeaveGroupResponse();
        foreach (var member in leaving)
        {
            var memberId = member.MemberId;
            var left = group?.Leave(ref memberId, member.GroupInstanceId, context.NowMs) ?? ErrorCode.UnknownMemberId;
            response.Members.Add(new MemberResponse
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.GroupInstanceId,
                ErrorCode = left
            });
            if (context.Version < 3) response.ErrorCode = left;
        }

        return new(response);
    }

    protected override LeaveGroupResponse Refuse(LeaveGroupRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };
}
