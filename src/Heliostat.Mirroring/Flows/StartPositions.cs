using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Where lanes start: at the group's committed offset; or further, where this process itself got further and could not commit it
/// (<see cref="KnownPositions"/>); or where <c>auto.offset.reset</c> says when nothing is known. What appears while the mirror runs, and
/// partitions that a topic was given after others were mirrored, start at their beginning whatever the setting: nothing of them may be
/// skipped.
/// </summary>
internal sealed partial class StartPositions(
    ConsumerGroup group, KafkaClient client, AdminClient source, StartRule rule, KnownPositions known, FlowScope scope)
{
    /// <summary>
    /// Each lane leaves a note as it opens: one of a process that was started together with this one says nothing of the topics that this
    /// one opens.
    /// </summary>
    private static readonly TimeSpan OneStart = TimeSpan.FromMinutes(1);

    /// <summary>What the group kept in ZooKeeper: the next offset to read of each partition.</summary>
    public IReadOnlyDictionary<TopicPartition, long> ZooKeeper { get; init; } = new Dictionary<TopicPartition, long>();

    /// <summary>The start of each partition that could be found out now, and why the others could not.</summary>
    /// <exception cref="ConfigurationException">A partition has no committed offset and <c>auto.offset.reset</c> is
    /// <c>none</c>.</exception>
    public async Task<FoundStarts> FindAsync(IReadOnlyDictionary<TopicPartition, OwnedLane> owned, CancellationToken ct)
    {
        rule.See(client.Metadata.Current.Topics.Keys);
        var committed = await group.FetchOffsetsAsync([.. Siblings(owned.Keys)], requireStable: false, ct);
        if (committed.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(committed.ErrorCode,
                $"source: committed offsets of group '{group.GroupId}' ({committed.ErrorCode.Name()})");
        }

        committed = WithFormer(committed);
        var remembered = owned.Keys.Where(committed.Offsets.ContainsKey)
            .ToDictionary(partition => partition, partition => CommitNote.Read(committed.Offsets[partition]));
        Resume([.. owned.Keys.Where(partition => !committed.Errors.ContainsKey(partition))], remembered);
        foreach (var (partition, lane) in owned.Where(lane => lane.Value.Left is not null))
        {
            remembered[partition] = lane.Left!.Value;
        }

        Dictionary<TopicPartition, LanePosition> starts = [];
        var errors = new Dictionary<TopicPartition, ErrorCode>(committed.Errors);
        List<TopicPartition> fresh =
            [.. owned.Keys.Where(partition => !remembered.ContainsKey(partition) && !committed.Errors.ContainsKey(partition))];
        if (fresh.Count > 0)
        {
            await ResetAsync(fresh, [.. committed.Offsets.Keys.Select(partition => partition.Topic)], starts, errors, ct);
        }

        var ours = committed.Offsets.Where(entry => CommitNote.IsOurs(entry.Value))
            .Select(entry => (Lane: entry.Key, Mark: CommitNote.MarkOf(entry.Value),
                HasTarget: CommitNote.Read(entry.Value).LastTargetOffset >= 0)).ToList();
        return new FoundStarts(remembered, starts, errors)
        {
            Left = ours.ToLookup(left => left.Lane.Topic, left => (left.Mark, left.HasTarget)),
            Marks = ours.Where(left => left.Mark is not null && remembered.ContainsKey(left.Lane))
                .ToDictionary(left => left.Lane, left => left.Mark!),
        };
    }

    /// <summary>Where partitions start of which nothing is known that counts.</summary>
    /// <exception cref="KafkaErrorException">That cannot be looked up.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, LanePosition>> FreshAsync(List<TopicPartition> partitions, CancellationToken ct)
    {
        Dictionary<TopicPartition, LanePosition> starts = [];
        Dictionary<TopicPartition, ErrorCode> errors = [];
        await ResetAsync(partitions, [], starts, errors, ct);
        foreach (var (partition, code) in errors)
        {
            throw new KafkaErrorException(code, $"source: where {partition} starts cannot be looked up ({code.Name()})");
        }

        return starts;
    }

    /// <summary>
    /// With all the other partitions of their topics: one that alone has no position was added after the others were mirrored.
    /// </summary>
    private IEnumerable<TopicPartition> Siblings(IEnumerable<TopicPartition> partitions) => partitions.Union(
        from topic in partitions.Select(partition => partition.Topic).Distinct()
        from partition in client.Metadata.Current.Topics.GetValueOrDefault(topic)?.Partitions ?? []
        select new TopicPartition(topic, partition.Index));

    /// <summary>What the group kept in ZooKeeper counts as committed where it has committed nothing since.</summary>
    private CommittedOffsets WithFormer(CommittedOffsets committed)
    {
        var former = ZooKeeper.Where(kept => !committed.Offsets.ContainsKey(kept.Key) && !committed.Errors.ContainsKey(kept.Key)).ToList();
        return former.Count == 0 ? committed
            : committed with
            {
                Offsets = committed.Offsets
                .Concat(former.Select(kept => KeyValuePair.Create(kept.Key, new OffsetAndMetadata(kept.Value)))).ToDictionary()
            };
    }

    private void Resume(List<TopicPartition> partitions, Dictionary<TopicPartition, LanePosition> starts)
    {
        var resumed = 0;
        var ahead = 0L;
        foreach (var partition in partitions)
        {
            var topicId = TopicId(partition);
            var committed = starts.TryGetValue(partition, out var start) ? start.Offset : (long?)null;
            if (known.Former(partition, committed, topicId) is { } former)
            {
                starts[partition] = former;
            }
            else if (known.Resume(partition, committed, topicId) is { } further)
            {
                starts[partition] = further;
                resumed++;
                ahead += further.Offset - (committed ?? 0);
            }
        }

        if (resumed > 0)
        {
            LogResumed(scope.Logger, resumed, ahead);
        }
    }

    private async Task ResetAsync(
        List<TopicPartition> fresh, HashSet<string> mirroredBefore, Dictionary<TopicPartition, LanePosition> starts,
        Dictionary<TopicPartition, ErrorCode> errors, CancellationToken ct)
    {
        if (rule.Reset == AutoOffsetReset.None)
        {
            throw new ConfigurationException(
                $"source: group '{group.GroupId}' has no committed offset for {fresh[0].Topic}-{fresh[0].Partition} and auto.offset.reset "
                    + "is 'none'");
        }

        if (rule.WantsNotes)
        {
            rule.Remember(await NotesAsync(ct), scope.Time.GetUtcNow(), OneStart);
        }

        var spec = fresh.ToDictionary(partition => partition, partition =>
            rule.IsAtEnd(partition.Topic, mirroredBefore.Contains(partition.Topic)) ? OffsetSpec.Latest : OffsetSpec.Earliest);
        var found = await source.ListOffsetsAsync(spec, IsolationLevel.ReadUncommitted, ct);
        foreach (var (partition, result) in found)
        {
            if (result.ErrorCode == ErrorCode.None)
            {
                starts[partition] = new LanePosition(result.Offset, -1) { Topics = new TopicIds(TopicId(partition), Guid.Empty) };
            }
            else
            {
                errors[partition] = result.ErrorCode;
            }
        }
    }

    /// <summary>What mirrors of this group left with their positions; nothing where the brokers are too old to list them.</summary>
    private async Task<IEnumerable<SelectionNote>> NotesAsync(CancellationToken ct)
    {
        try
        {
            var committed = (await source.ListGroupOffsetsAsync([group.GroupId], ct)).GetValueOrDefault(group.GroupId)?.Offsets.Values
                ?? [];
            return [.. committed.Select(offset => CommitNote.MarkOf(offset)?.Selection).OfType<SelectionNote>()];
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnsupportedVersion)
        {
            return [];
        }
    }

    private Guid TopicId(TopicPartition partition) =>
        client.Metadata.Current.Topics.GetValueOrDefault(partition.Topic)?.TopicId ?? Guid.Empty;

    [LoggerMessage(EventIds.Resumed, LogLevel.Information,
        "partitions that came back and go on where the target had acknowledged all: {Count}; offsets between that and what is committed: "
            + "{Offsets}; nobody committed in between")]
    private static partial void LogResumed(ILogger logger, int count, long offsets);
}
