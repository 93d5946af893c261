using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.Topics;
using Heliostat.Protocol;

namespace Heliostat.MirrorClient;

/// <remarks>Exact translation, from the offset map that Heliostat writes. MirrorMaker 2 has nothing like it.</remarks>
public sealed partial class MirrorClient
{
    /// <summary>
    /// Where offsets of source partitions are on this cluster: each the place of the first mirrored record at or after it. Keyed by what
    /// was asked. Throws <see cref="KafkaTimeoutException"/> when the map could not be read in time, <see cref="KafkaErrorException"/> when
    /// there is none from that source.
    /// </summary>
    public async Task<IReadOnlyDictionary<TopicPartition, PartitionTranslation>> TranslateToTargetAsync(
        string sourceClusterAlias, IReadOnlyDictionary<TopicPartition, long> sourceOffsets, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sourceOffsets);
        var pairs = sourceOffsets.Keys.ToDictionary(source => source,
            source => (Source: source, Target: Remote(sourceClusterAlias, source)));
        var maps = await MapsAsync(sourceClusterAlias, pairs.Values, ct);
        return pairs.ToDictionary(pair => pair.Key, pair =>
            new PartitionTranslation(pair.Value.Source, pair.Value.Target, maps[pair.Value.Source].ToTarget(sourceOffsets[pair.Key])));
    }

    /// <summary>
    /// Where offsets of this cluster's partitions are on the source that they were mirrored from: each the place of the first record at or
    /// after it that came from there. Keyed by what was asked; a partition that was not mirrored from there has no offset. Throws as
    /// <see cref="TranslateToTargetAsync"/> does.
    /// </summary>
    public async Task<IReadOnlyDictionary<TopicPartition, PartitionTranslation>> TranslateToSourceAsync(
        string sourceClusterAlias, IReadOnlyDictionary<TopicPartition, long> targetOffsets, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(targetOffsets);
        var pairs = targetOffsets.Keys
            .Select(target => (Source: Upstream(sourceClusterAlias, target), Target: target)).Where(pair => pair.Source is not null)
            .ToDictionary(pair => pair.Target, pair => (Source: pair.Source!.Value, pair.Target));
        var maps = await MapsAsync(sourceClusterAlias, pairs.Values, ct);
        return targetOffsets.ToDictionary(asked => asked.Key, asked => pairs.TryGetValue(asked.Key, out var pair)
            ? new PartitionTranslation(pair.Source, pair.Target, maps[pair.Source].ToSource(asked.Value))
            : new PartitionTranslation(null, asked.Key, null));
    }

    private async Task<Dictionary<TopicPartition, OffsetMap>> MapsAsync(
        string alias, IEnumerable<(TopicPartition Source, TopicPartition Target)> pairs, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(alias);
        var targets = pairs.DistinctBy(pair => pair.Source).ToDictionary(pair => pair.Source, pair => pair.Target);
        if (targets.Count == 0)
        {
            return [];
        }

        var topic = OffsetMapKey.Topic(alias);
        var partitions = (await _admin.DescribeTopicsAsync([topic], ct))[0].Partitions.Count;
        var loader = new OffsetMapLoader();
        var options = new CompactedTopicOptions
        {
            Partitions = partitions == 0
                ? null
                : [.. targets.Keys.Select(source => new OffsetMapKey(source, 0).PartitionAmong(partitions)).Distinct()],
        };
        await ReadAsync(topic, options, Take, ct);
        var starts = await LogStartsAsync(targets.Values, ct);
        return targets.ToDictionary(pair => pair.Key, pair => Load(pair.Key, starts.GetValueOrDefault(pair.Value)));

        void Take(CompactedRecord record)
        {
            try
            {
                loader.Add(record.Key, record.Value);
            }
            catch (MalformedFrameException malformed)
            {
                Log.Damaged(_logger,
                    $"{topic}-{record.Partition}: the record at offset {record.Offset} is not part of an offset map and is left out: "
                        + $"{malformed.Message}");
            }
        }

        OffsetMap Load(TopicPartition source, long logStart)
        {
            var map = loader.Load(source, out var problem);
            map.TrimTargetBelow(logStart);
            if (problem is not null)
            {
                Log.Damaged(_logger, problem);
            }

            return map;
        }
    }

    private async Task<Dictionary<TopicPartition, long>> LogStartsAsync(IEnumerable<TopicPartition> targets, CancellationToken ct)
    {
        var listed = await _admin.ListOffsetsAsync(targets.ToDictionary(target => target, _ => OffsetSpec.Earliest),
            IsolationLevel.ReadUncommitted, ct);
        return listed.Where(l => l.Value.ErrorCode == ErrorCode.None).ToDictionary(l => l.Key, l => l.Value.Offset);
    }

    private TopicPartition Remote(string alias, TopicPartition source) =>
        source with { Topic = ReplicationPolicy.FormatRemoteTopic(alias, source.Topic) };

    /// <summary>The partition that a partition was mirrored from, if it was from there.</summary>
    private TopicPartition? Upstream(string alias, TopicPartition target) =>
        ReplicationPolicy.UpstreamTopic(target.Topic) is { } topic && Remote(alias, target with { Topic = topic }) == target
            ? target with { Topic = topic }
            : null;
}
