using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Membership;

/// <summary>What a <see cref="WorkGroup"/>'s members say to each other: as its worker writes it.</summary>
internal sealed class WorkProtocol(IMemberCluster cluster, MemberOptions options, IWorker worker) : IGroupProtocol
{
    public string Type => worker.ProtocolType;

    public List<JoinGroupRequestProtocol> Offer() => [new JoinGroupRequestProtocol { Name = worker.Protocol, Metadata = worker.Offer() }];

    public ValueTask<List<SyncGroupRequestAssignment>> AssignAsync(JoinGroupResponse join, CancellationToken ct)
    {
        var shares = worker.Assign(join.Members.ToDictionary(member => member.MemberId, member => (ReadOnlyMemory<byte>)member.Metadata.ToArray()), join.MemberId);
        return ValueTask.FromResult<List<SyncGroupRequestAssignment>>(
            [.. shares.Select(share => new SyncGroupRequestAssignment { MemberId = share.Key, Assignment = share.Value })]);
    }

    public async ValueTask<KafkaErrorException> ExplainAsync(ErrorCode refusal, CancellationToken ct)
    {
        var cause = refusal switch
        {
            ErrorCode.InconsistentGroupProtocol => await OthersAsync(ct),
            ErrorCode.GroupAuthorizationFailed => "no permission to READ the group",
            ErrorCode.GroupMaxSizeReached => "it is full: the broker's group.max.size is reached",
            ErrorCode.FencedInstanceId => $"another member has come with the same group.instance.id '{options.GroupInstanceId}'",
            ErrorCode.InvalidSessionTimeout =>
                $"session.timeout.ms {options.SessionTimeout.TotalMilliseconds} is not between the broker's group.min.session.timeout.ms and group.max.session.timeout.ms",
            ErrorCode.InvalidGroupId => "the group id is not valid",
            _ => "the coordinator refuses",
        };
        return new KafkaErrorException(refusal, $"{cluster.Name}: cannot be a member of group {options.GroupId}: {cause} ({refusal.Name()})");
    }

    /// <summary>Best effort: an old member may be gone by now, and describing needs a permission of its own.</summary>
    private async ValueTask<string> OthersAsync(CancellationToken ct)
    {
        try
        {
            var answer = await cluster.AskUntilAnsweredAsync(
                new DescribeGroupsRequest { Groups = [options.GroupId] }, r => r.Groups.Count > 0 ? r.Groups[0].ErrorCode : ErrorCode.None, ct);
            if (answer.Groups is [{ ErrorCode: ErrorCode.None, ProtocolType.Length: > 0 } group] && group.ProtocolType != Type)
            {
                return worker.Explain(group.ProtocolType, string.Join(", ", group.Members.Select(member => member.ClientId).Distinct().Take(3)));
            }
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException)
        {
            // The refusal itself is what counts.
        }

        return "it has members of another kind";
    }
}
