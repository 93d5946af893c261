using Heliostat.Client.Membership;

namespace Heliostat.Client.Groups;

/// <summary>Says why a group does not want a consumer.</summary>
internal static class GroupRefusal
{
    public static ValueTask<KafkaErrorException> ExplainAsync(IGroupCluster cluster, GroupOptions options, ErrorCode code,
        CancellationToken ct)
    {
        var offered = string.Join(", ", options.Assignors.Select(a => a.Name));
        return MemberRefusal.ExplainAsync(
            cluster, options.Member, code,
            (group, clients) => group.ProtocolType == ConsumerProtocol.Type
                ? $"its other members ({clients}) use partition.assignment.strategy '{group.ProtocolData}', which is not among ours "
                    + $"({offered})"
                : $"it is not a consumer group but of type '{group.ProtocolType}' ({clients})",
            $"its other members have no partition.assignment.strategy in common with ours ({offered})", ct);
    }
}
