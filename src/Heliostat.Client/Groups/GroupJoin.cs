using Heliostat.Client.Groups.Assignment;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>
/// One attempt to enter a generation: JoinGroup, which the coordinator holds back until all members are there; then SyncGroup, with everybody's shares
/// from the leader, for one's own share.
/// </summary>
internal sealed partial class GroupJoin(IGroupCluster cluster, GroupOptions options, ILogger logger)
{
    /// <summary>The coordinator may need the whole rebalance timeout, and then a moment to answer (AbstractCoordinator.JOIN_GROUP_TIMEOUT_LAPSE).</summary>
    private static readonly TimeSpan Lapse = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _timeout = options.RebalanceTimeout + Lapse;

    /// <summary>Notes in <paramref name="member"/> the id and generation it gets. The generation is there when the outcome is Joined.</summary>
    /// <exception cref="KafkaErrorException">The group does not want this member.</exception>
    public async ValueTask<(JoinOutcome Outcome, JoinedGeneration? Generation)> TryAsync(
        MemberState member, IReadOnlyList<string> topics, CancellationToken ct)
    {
        var join = await cluster.AskAsync(Request(member, topics), _timeout, ct);
        if (join.ErrorCode == ErrorCode.MemberIdRequired)
        {
            member.MemberId = join.MemberId;
            return (JoinOutcome.Again, null);
        }

        if (join.ErrorCode != ErrorCode.None)
        {
            return (await OutcomeOfAsync(join.ErrorCode, member, ct), null);
        }

        member.MemberId = join.MemberId;
        member.Generation = join.GenerationId;
        var assignor = options.Assignors.FirstOrDefault(a => a.Name == join.ProtocolName)
            ?? throw new KafkaErrorException(
                ErrorCode.InconsistentGroupProtocol, $"{cluster.Name}: the coordinator of group {options.GroupId} chose '{join.ProtocolName}', which was not offered");
        return await SyncAsync(join, assignor, topics, member, ct);
    }

    private async ValueTask<(JoinOutcome Outcome, JoinedGeneration? Generation)> SyncAsync(
        JoinGroupResponse join, IAssignor assignor, IReadOnlyList<string> topics, MemberState member, CancellationToken ct)
    {
        var request = new SyncGroupRequest
        {
            GroupId = options.GroupId,
            GenerationId = join.GenerationId,
            MemberId = join.MemberId,
            GroupInstanceId = options.GroupInstanceId,
            ProtocolType = ConsumerProtocol.Type,
            ProtocolName = join.ProtocolName,
        };
        PartitionCounts? counts = null;
        if (join.Leader == join.MemberId)
        {
            var members = ReadMembers(join);
            counts = await cluster.CountPartitionsAsync([.. members.SelectMany(m => m.Topics).Distinct()], ct);
            if (!join.SkipAssignment)
            {
                request.Assignments = Assign(assignor, counts, members, join.GenerationId);
            }
        }

        var sync = await cluster.AskAsync(request, _timeout, ct);
        if (sync.ErrorCode != ErrorCode.None)
        {
            return (await OutcomeOfAsync(sync.ErrorCode, member, ct), null);
        }

        return (JoinOutcome.Joined, new JoinedGeneration(assignor, topics, ConsumerProtocol.ReadAssignment(sync.Assignment), counts));
    }

    private JoinGroupRequest Request(MemberState member, IReadOnlyList<string> topics) => new()
    {
        GroupId = options.GroupId,
        SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
        RebalanceTimeoutMs = (int)options.RebalanceTimeout.TotalMilliseconds,
        MemberId = member.MemberId,
        GroupInstanceId = options.GroupInstanceId,
        ProtocolType = ConsumerProtocol.Type,
        Protocols =
        [
            .. options.Assignors.Select(assignor => new JoinGroupRequestProtocol
            {
                Name = assignor.Name,
                Metadata = ConsumerProtocol.WriteSubscription(new ConsumerProtocolSubscription
                {
                    Topics = [.. topics],
                    UserData = assignor.UserData(member.LastAssignment, member.LastGeneration),
                    OwnedPartitions = ConsumerProtocol.ByTopic(member.Owned),
                    GenerationId = member.LastGeneration,
                    RackId = options.ClientRack,
                }),
            }),
        ],
        Reason = member.Reason,
    };

    /// <summary>A member whose subscription cannot be understood takes part without topics, as any other answer would stop the whole group.</summary>
    private List<GroupMember> ReadMembers(JoinGroupResponse join)
    {
        var members = new List<GroupMember>(join.Members.Count);
        foreach (var member in join.Members)
        {
            try
            {
                members.Add(ConsumerProtocol.ReadSubscription(member.MemberId, member.GroupInstanceId, member.Metadata));
            }
            catch (MalformedFrameException e)
            {
                Log.UnreadableSubscription(logger, cluster.Name, options.GroupId, member.MemberId, e.Message);
                members.Add(new GroupMember(member.MemberId, member.GroupInstanceId, []));
            }
        }

        return members;
    }

    private List<SyncGroupRequestAssignment> Assign(IAssignor assignor, PartitionCounts counts, List<GroupMember> members, int generation)
    {
        var assignment = assignor.Assign(counts.ByTopic, members);
        Log.Assigned(
            logger, cluster.Name, options.GroupId, generation, assignor.Name, members.Count, counts.ByTopic.Count, assignment.Values.Sum(p => p.Count));
        return [.. assignment.Select(a => new SyncGroupRequestAssignment { MemberId = a.Key, Assignment = ConsumerProtocol.WriteAssignment(a.Value) })];
    }

    private async ValueTask<JoinOutcome> OutcomeOfAsync(ErrorCode code, MemberState member, CancellationToken ct)
    {
        switch (code)
        {
            case ErrorCode.RebalanceInProgress:
                return JoinOutcome.Again;
            case ErrorCode.UnknownMemberId:
                member.MemberId = "";
                return JoinOutcome.Lost;
            case ErrorCode.IllegalGeneration:
                return JoinOutcome.Lost;
            case ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable:
                cluster.ForgetCoordinator();
                return JoinOutcome.Later;
            case var _ when code.IsRetriable():
                return JoinOutcome.Later;
            default:
                throw await GroupRefusal.ExplainAsync(cluster, options, code, ct);
        }
    }
}
