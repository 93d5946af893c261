using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Mirroring.Configuration;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Groups;

/// <summary>
/// The consumer groups of the source that a flow follows, and what they have committed (<c>MirrorCheckpointConnector.listConsumerGroups</c>): those of the
/// consumer protocols, old and new, and those without one, which only have offsets.
/// </summary>
internal sealed class SourceGroups(AdminClient source, TopicSelection selection)
{
    /// <summary>Names of all groups that are followed.</summary>
    /// <exception cref="KafkaErrorException">A broker does not answer for its groups.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken ct)
    {
        var answer = await source.ListGroupsAsync(ct);
        if (answer.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(answer.ErrorCode, $"source: the groups cannot be listed: {answer.ErrorCode.Name()}");
        }

        return [.. answer.Groups.Where(IsConsumerGroup).Select(group => group.GroupId).Where(selection.Includes).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>What each group has committed; a group that cannot be read now is left out.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>>> OffsetsAsync(IReadOnlyList<string> groups, CancellationToken ct)
    {
        Dictionary<string, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> offsets = [];
        foreach (var (group, committed) in await source.ListGroupOffsetsAsync(groups, ct))
        {
            if (committed.ErrorCode == ErrorCode.None)
            {
                offsets[group] = committed.Offsets;
            }
        }

        return offsets;
    }

    /// <summary>Connect workers, share groups and Streams' own protocol are other kinds.</summary>
    private static bool IsConsumerGroup(ListedGroup group) => group.ProtocolType is "" or "consumer";
}
