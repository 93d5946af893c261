using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Membership;

/// <summary>Leaves a group, so that it need not wait until this member's session is over.</summary>
internal static class GroupExit
{
    /// <summary>Tells the coordinator, again while it moves or loads, for <see cref="MemberOptions.StopTimeout"/>.</summary>
    /// <param name="cluster">Not by the member's own connection: there a join that was given up may still be held back by the
    /// broker.</param>
    /// <param name="options">The group, and how to be a member.</param>
    /// <param name="memberId">Who leaves.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The coordinator's answer.</returns>
    /// <exception cref="OperationCanceledException">It did not answer in time; a <see cref="Transport.KafkaConnectionException"/> or
    /// <see cref="KafkaErrorException"/> says why.</exception>
    public static async Task<ErrorCode> LeaveAsync(IMemberCluster cluster, MemberOptions options, string memberId, TimeProvider time)
    {
        var request = new LeaveGroupRequest
        {
            GroupId = options.GroupId,
            MemberId = memberId,
            Members = [new MemberIdentity { MemberId = memberId, GroupInstanceId = options.GroupInstanceId, Reason = "stopping" }],
        };
        using var deadline = new CancellationTokenSource(options.StopTimeout, time);
        return (await cluster.AskUntilAnsweredAsync(request, r => r.ErrorCode, deadline.Token)).ErrorCode;
    }
}
