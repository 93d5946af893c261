using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Groups;

/// <summary>
/// The consumer groups of the source that a flow follows, and what they have committed
/// (<c>MirrorCheckpointConnector.listConsumerGroups</c>): those of the consumer protocols, old and new, and those without one, which only
/// have offsets.
/// </summary>
internal sealed partial class SourceGroups(AdminClient source, FlowOptions flow, ILogger logger)
{
    /// <summary>What <c>heliostat mirror</c> calls its group unless told otherwise.</summary>
    private const string OfMirrors = "heliostat-to-";

    private readonly HashSet<string> _unread = [];
    private readonly HashSet<string> _mirrors = [];
    private bool? _isOld;

    /// <summary>Why no group can be followed; null as long as nothing is against it.</summary>
    public string? Untold { get; private set; }

    /// <summary>Names of all groups that are followed; none where brokers are too old to be asked (<see cref="Untold"/>).</summary>
    /// <exception cref="KafkaErrorException">A broker does not answer for its groups.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken ct)
    {
        var named = await NamedAsync(ct);
        if (await ListedAsync(named, ct) is not { } answer)
        {
            return named;
        }

        if (answer.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(answer.ErrorCode, $"source: the groups cannot be listed: {answer.ErrorCode.Name()}");
        }

        return [.. answer.Groups.Where(IsConsumerGroup)
            .Select(group => group.GroupId).Where(IsFollowed).Concat(named).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// What each group has committed; a mirror's positions are of no use on the target, and are left out. A group that cannot be read now
    /// is left out, and named once.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>>> OffsetsAsync(
        IReadOnlyList<string> groups, CancellationToken ct)
    {
        Dictionary<string, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> offsets = [];
        foreach (var (group, committed) in await CommittedAsync(groups, ct))
        {
            if (committed.Offsets.Values.Any(offset => PositionMark.IsMirrors(offset.Metadata)))
            {
                if (_mirrors.Add(group))
                {
                    LogMirrors(logger, group);
                }
            }
            else if (committed.ErrorCode == ErrorCode.None)
            {
                offsets[group] = committed.Offsets;
                _unread.Remove(group);
            }
            else if (_unread.Add(group))
            {
                LogUnread(logger, group, committed.ErrorCode);
            }
        }

        return offsets;
    }

    /// <summary>
    /// Brokers before 0.10 list no groups (0.8.2), or those with members only (0.9): others are known by their names in the file.
    /// </summary>
    private async Task<IReadOnlyList<string>> NamedAsync(CancellationToken ct)
    {
        _isOld ??= !await source.TellsVersionsAsync(ct);
        return !_isOld.Value ? [] : [.. flow.Groups.Groups.Patterns.Where(pattern => !pattern.IsPrefix)
            .Select(pattern => pattern.Name).Where(IsFollowed).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Null where brokers list none: said once, where none is named either.</summary>
    private async Task<ListGroupsResponse?> ListedAsync(IReadOnlyList<string> named, CancellationToken ct)
    {
        try
        {
            return await source.ListGroupsAsync(ct);
        }
        catch (KafkaErrorException old) when (old.Code == ErrorCode.UnsupportedVersion)
        {
            if (Untold is null && named.Count == 0)
            {
                Untold = "the source's brokers are older than Kafka 0.9 and list no groups: name those to follow in groups";
                LogUntold(logger, Untold);
            }

            return null;
        }
    }

    /// <summary>
    /// Brokers before 0.10.2 do not list what a group has committed, and are asked for each partition of what is mirrored.
    /// </summary>
    private async ValueTask<IReadOnlyDictionary<string, CommittedOffsets>> CommittedAsync(IReadOnlyList<string> groups,
        CancellationToken ct)
    {
        try
        {
            return await source.ListGroupOffsetsAsync(groups, ct);
        }
        catch (KafkaErrorException old) when (old.Code == ErrorCode.UnsupportedVersion)
        {
            var topics = (await source.ListTopicsAsync(ct)).Where(topic => flow.Selection.Includes(topic.Name!));
            return await source.ListGroupOffsetsAsync(
                groups, [.. topics.SelectMany(topic => topic.Partitions,
                    (topic, partition) => new TopicPartition(topic.Name!, partition.PartitionIndex))], ct);
        }
    }

    /// <summary>The state of each group; two brokers name one group while its coordinator moves, and either may be right.</summary>
    internal static Dictionary<string, string> States(IEnumerable<ListedGroup> groups)
    {
        Dictionary<string, string> states = new(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            states[group.GroupId] = group.GroupState;
        }

        return states;
    }

    private bool IsFollowed(string group) =>
        flow.Groups.Groups.Includes(group) && !group.StartsWith(OfMirrors, StringComparison.Ordinal) && group != flow.Worker.GroupId
            && group != flow.SourceConsumer.Group.GroupId;

    /// <summary>Connect workers, share groups and Streams' own protocol are other kinds.</summary>
    private static bool IsConsumerGroup(ListedGroup group) => group.ProtocolType is "" or "consumer";

    [LoggerMessage(EventIds.GroupOfMirror, LogLevel.Information,
        "source: group {Group} holds the positions of a mirror and is not followed")]
    private static partial void LogMirrors(ILogger logger, string group);

    [LoggerMessage(EventIds.GroupsUntold, LogLevel.Warning, "no group is followed: {Cause}")]
    private static partial void LogUntold(ILogger logger, string cause);

    [LoggerMessage(EventIds.GroupUnread, LogLevel.Warning,
        "source: offsets of group {Group} cannot be read: {Error}; it is left out; trying on")]
    private static partial void LogUnread(ILogger logger, string group, ErrorCode error);
}
