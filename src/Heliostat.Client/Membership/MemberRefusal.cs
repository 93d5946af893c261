using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Membership;

/// <summary>Says why a group does not want a member, in words by which its operator can find the cause.</summary>
internal static class MemberRefusal
{
    /// <param name="cluster">The group's.</param>
    /// <param name="options">The group, and how to be a member.</param>
    /// <param name="refusal">The coordinator's word.</param>
    /// <param name="others">What keeps this member apart from those that a group has, given with the names of their clients; null where
    /// that cannot be said.</param>
    /// <param name="unseen">What is said where the others cannot be seen.</param>
    /// <param name="ct">Ends it.</param>
    public static async ValueTask<KafkaErrorException> ExplainAsync(
        IMemberCluster cluster, MemberOptions options, ErrorCode refusal, Func<DescribeGroupsDescribedGroup, string, string?> others,
        string unseen, CancellationToken ct)
    {
        var cause = refusal switch
        {
            ErrorCode.InconsistentGroupProtocol => await OthersAsync(cluster, options.GroupId, others, ct) ?? unseen,
            ErrorCode.GroupAuthorizationFailed => "no permission to READ the group",
            ErrorCode.TopicAuthorizationFailed => "no permission to READ one of the topics",
            ErrorCode.GroupMaxSizeReached => "it is full: the broker's group.max.size is reached",
            ErrorCode.FencedInstanceId => $"another member has come with the same group.instance.id '{options.GroupInstanceId}'",
            ErrorCode.InvalidSessionTimeout =>
                $"session.timeout.ms {options.SessionTimeout.TotalMilliseconds} is not between the broker's group.min.session.timeout.ms "
                    + "and group.max.session.timeout.ms",
            ErrorCode.InvalidGroupId => "the group id is not valid",
            _ => "the coordinator refuses",
        };
        return new KafkaErrorException(refusal,
            $"{cluster.Name}: cannot be a member of group {options.GroupId}: {cause} ({refusal.Name()})");
    }

    /// <summary>Best effort: an old member may be gone by now, and describing needs a permission of its own.</summary>
    private static async ValueTask<string?> OthersAsync(IMemberCluster cluster, string groupId,
        Func<DescribeGroupsDescribedGroup, string, string?> others, CancellationToken ct)
    {
        try
        {
            var answer = await cluster.AskUntilAnsweredAsync(new DescribeGroupsRequest { Groups = [groupId] },
                r => r.Groups.Count > 0 ? r.Groups[0].ErrorCode : ErrorCode.None, ct);
            return answer.Groups is [{ ErrorCode: ErrorCode.None, ProtocolType.Length: > 0 } group]
                ? others(group, string.Join(", ", group.Members.Select(member => member.ClientId).Distinct().Take(3))) : null;
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException)
        {
            // The refusal itself is what counts.
            return null;
        }
    }
}
