using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Membership;

/// <summary>
/// One attempt to enter a generation: JoinGroup, which the coordinator holds back until all members are there; then SyncGroup, with
/// everybody's shares from the leader, for one's own share.
/// </summary>
internal sealed class GroupEntry(IMemberCluster cluster, MemberOptions options, IGroupProtocol protocol, TimeProvider time)
{
    /// <summary>
    /// The coordinator may need the whole rebalance timeout, and then a moment to answer (AbstractCoordinator.JOIN_GROUP_TIMEOUT_LAPSE).
    /// </summary>
    private static readonly TimeSpan Lapse = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _timeout = options.RebalanceTimeout + Lapse;

    /// <summary>Notes in <paramref name="place"/> the id and generation it gets. The share is there when the outcome is Joined.</summary>
    /// <exception cref="KafkaErrorException">The group does not want this member.</exception>
    public async ValueTask<(JoinOutcome Outcome, EnteredGeneration? Entered)> TryAsync(MemberPlace place, CancellationToken ct)
    {
        var join = await cluster.AskAsync(Request(place), _timeout, ct);
        if (join.ErrorCode == ErrorCode.MemberIdRequired)
        {
            place.MemberId = join.MemberId;
            return (JoinOutcome.Again, null);
        }

        if (join.ErrorCode != ErrorCode.None)
        {
            return (await OutcomeOfAsync(join.ErrorCode, place, ct), null);
        }

        place.MemberId = join.MemberId;
        place.Generation = join.GenerationId;
        return await SyncAsync(join, place, ct);
    }

    private async ValueTask<(JoinOutcome Outcome, EnteredGeneration? Entered)> SyncAsync(JoinGroupResponse join, MemberPlace place,
        CancellationToken ct)
    {
        var request = new SyncGroupRequest
        {
            GroupId = options.GroupId,
            GenerationId = join.GenerationId,
            MemberId = join.MemberId,
            GroupInstanceId = options.GroupInstanceId,
            ProtocolType = protocol.Type,
            ProtocolName = join.ProtocolName,
        };
        var leads = join.Leader == join.MemberId;
        if (leads)
        {
            request.Assignments = await protocol.AssignAsync(join, ct);
        }

        var askedAt = time.GetTimestamp();
        var sync = await cluster.AskAsync(request, _timeout, ct);
        return sync.ErrorCode == ErrorCode.None
            ? (JoinOutcome.Joined, new EnteredGeneration(join.ProtocolName ?? "", sync.Assignment, leads, askedAt))
            : (await OutcomeOfAsync(sync.ErrorCode, place, ct), null);
    }

    private JoinGroupRequest Request(MemberPlace place) => new()
    {
        GroupId = options.GroupId,
        SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
        RebalanceTimeoutMs = (int)options.RebalanceTimeout.TotalMilliseconds,
        MemberId = place.MemberId,
        GroupInstanceId = options.GroupInstanceId,
        ProtocolType = protocol.Type,
        Protocols = protocol.Offer(),
        Reason = place.Reason,
    };

    private async ValueTask<JoinOutcome> OutcomeOfAsync(ErrorCode code, MemberPlace place, CancellationToken ct)
    {
        switch (code)
        {
            case ErrorCode.RebalanceInProgress:
                return JoinOutcome.Again;
            case ErrorCode.UnknownMemberId:
                place.MemberId = "";
                return JoinOutcome.Lost;
            case ErrorCode.IllegalGeneration:
                return JoinOutcome.Lost;
            case ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable:
                cluster.ForgetCoordinator();
                return JoinOutcome.Later;
            case var _ when code.IsRetriable():
                return JoinOutcome.Later;
            default:
                throw await protocol.ExplainAsync(code, ct);
        }
    }
}
