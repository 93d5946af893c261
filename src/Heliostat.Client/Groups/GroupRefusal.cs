using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Groups;

/// <summary>Says why a group does not want a member, in words by which its operator can find the cause.</summary>
internal static class GroupRefusal
{
    public static async ValueTask<KafkaErrorException> ExplainAsync(IGroupCluster cluster, GroupOptions options, ErrorCode code, CancellationToken ct)
    {
        var cause = code switch
        {
            ErrorCode.InconsistentGroupProtocol => await NoCommonProtocolAsync(cluster, options, ct),
            ErrorCode.GroupAuthorizationFailed => "no permission to READ the group",
            ErrorCode.TopicAuthorizationFailed => "no permission to READ one of the topics",
            ErrorCode.GroupMaxSizeReached => "it is full: the broker's group.max.size is reached",
            ErrorCode.FencedInstanceId => $"another member has come with the same group.instance.id '{options.GroupInstanceId}'",
            ErrorCode.InvalidSessionTimeout =>
                $"session.timeout.ms {options.SessionTimeout.TotalMilliseconds} is not between the broker's group.min.session.timeout.ms and group.max.session.timeout.ms",
            ErrorCode.InvalidGroupId => "the group id is not valid",
            _ => "the coordinator refuses",
        };
        return new KafkaErrorException(code, $"{cluster.Name}: cannot be a member of group {options.GroupId}: {cause} ({code.Name()})");
    }

    /// <summary>What the others use. Best effort: an old member may be gone by now, and describing needs a permission of its own.</summary>
    private static async ValueTask<string> NoCommonProtocolAsync(IGroupCluster cluster, GroupOptions options, CancellationToken ct)
    {
        var offered = string.Join(", ", options.Assignors.Select(a => a.Name));
        try
        {
            var answer = await cluster.AskUntilAnsweredAsync(
                new DescribeGroupsRequest { Groups = [options.GroupId] }, r => r.Groups.Count > 0 ? r.Groups[0].ErrorCode : ErrorCode.None, ct);
            if (answer.Groups is [{ ErrorCode: ErrorCode.None, ProtocolType.Length: > 0 } group])
            {
                var clients = string.Join(", ", group.Members.Select(m => m.ClientId).Distinct().Take(3));
                return group.ProtocolType == ConsumerProtocol.Type
                    ? $"its other members ({clients}) use partition.assignment.strategy '{group.ProtocolData}', which is not among ours ({offered})"
                    : $"it is not a consumer group but of type '{group.ProtocolType}' ({clients})";
            }
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException)
        {
            // The refusal itself is what counts.
        }

        return $"its other members have no partition.assignment.strategy in common with ours ({offered})";
    }
}
