using Heliostat.Client.Routing;

namespace Heliostat.Demo.Audit;

/// <summary>Reads both sides of every partition and compares them.</summary>
internal sealed class DemoAudit(DemoClusters clusters, KafkaClient source, KafkaClient target, TimeProvider time)
{
    private readonly Dictionary<TopicPartition, (AuditedPartition Source, AuditedPartition Target)> _read = [];

    /// <summary>Topic by topic, in the order given; <paramref name="written"/> tells what a topic's producer had acknowledged.</summary>
    public async Task<IReadOnlyList<TopicAudit>> CompareAsync(IReadOnlyList<DemoTopic> topics, Func<DemoTopic, long> written,
        CancellationToken ct)
    {
        source.Metadata.TrackAll();
        target.Metadata.TrackAll();
        await source.Metadata.RefreshAsync(ct);
        await target.Metadata.RefreshAsync(ct);
        using var sourceReading = new PartitionReading(source, time);
        using var targetReading = new PartitionReading(target, time);
        List<TopicAudit> audits = [];
        foreach (var topic in topics)
        {
            var counts = default(AuditCounts);
            for (var partition = 0; partition < topic.Partitions; partition++)
            {
                var at = new TopicPartition(topic.Name, partition);
                var both = (await ReadAsync(sourceReading, DemoSide.Source, at, ct),
                    await ReadAsync(targetReading, DemoSide.Target, at, ct));
                _read[at] = both;
                counts += PartitionAudit.Compare(both.Item1, both.Item2, topic.IsCompacted);
            }

            audits.Add(new TopicAudit(topic.Name, written(topic), topic.IsCompacted, counts));
        }

        return audits;
    }

    /// <summary>Checks offsets of a group on the source against those on the target, with what <see cref="CompareAsync"/> read.</summary>
    public OffsetAudit Check(IReadOnlyDictionary<TopicPartition, long> committed, IReadOnlyDictionary<TopicPartition, long> translated)
    {
        var right = translated.Count(entry => committed.TryGetValue(entry.Key, out var offset)
            && PartitionAudit.IsTranslated(_read[entry.Key].Source, _read[entry.Key].Target, offset, entry.Value));
        return new OffsetAudit(right, committed.Count - right);
    }

    private Task<AuditedPartition> ReadAsync(PartitionReading reading, DemoSide side, TopicPartition partition, CancellationToken ct)
    {
        var cluster = side == DemoSide.Source ? clusters.Source : clusters.Target;
        return cluster.HasTopic(partition.Topic)
            ? reading.ReadAsync(partition, cluster.LogStartOffset(partition.Topic, partition.Partition),
                cluster.LogEndOffset(partition.Topic, partition.Partition), ct)
            : Task.FromResult(new AuditedPartition([], 0, 0));
    }
}
