using System.Collections.Concurrent;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// The flow's offsets topic as MirrorMaker 2's source connector keeps it: which key a lane has, in which partition it belongs, and what was
/// read of it (<c>KafkaOffsetBackingStore</c>).
/// </summary>
/// <param name="connector">The connector's name, first in every key.</param>
/// <param name="cluster">The source's alias, in every key.</param>
internal sealed class PositionTopic(string connector, string cluster)
{
    private readonly ConcurrentDictionary<TopicPartition, SourcePosition> _stored = [];

    /// <summary>The position of each lane that has one.</summary>
    public IReadOnlyDictionary<TopicPartition, SourcePosition> Stored => _stored;

    /// <summary>The position of a lane as lanes know it; null where none is stored.</summary>
    public LanePosition? Find(TopicPartition lane) => _stored.TryGetValue(lane, out var stored) ? StoredPosition.Read(stored) : null;

    /// <summary>
    /// Takes in a record that was read. Positions of other connectors and other sources are none of ours. A key that MirrorMaker 2 would
    /// not find, because its fields are in another order, counts as little here: it would shadow the one that is found.
    /// </summary>
    public void Take(ReadOnlyMemory<byte> key, ReadOnlySpan<byte> value, bool isTombstone)
    {
        if (!SourcePositionKey.TryRead(key, out var read) || read.Connector != connector || read.Cluster != cluster
            || !key.Span.SequenceEqual(read.Write()))
        {
            return;
        }

        if (!isTombstone && SourcePosition.TryRead(value, out var position))
        {
            _stored[read.Partition] = position;
        }
        else
        {
            _stored.TryRemove(read.Partition, out _);
        }
    }

    /// <summary>
    /// What was read of the topic later holds for all lanes but those that <paramref name="isOurs"/>: nobody else writes of them.
    /// </summary>
    public void Adopt(PositionTopic read, Func<TopicPartition, bool> isOurs)
    {
        foreach (var lane in _stored.Keys.Union(read._stored.Keys).Where(lane => !isOurs(lane)))
        {
            if (read._stored.TryGetValue(lane, out var position))
            {
                _stored[lane] = position;
            }
            else
            {
                _stored.TryRemove(lane, out _);
            }
        }
    }

    /// <summary>One that has read nothing yet.</summary>
    public PositionTopic Empty() => new(connector, cluster);

    /// <summary>The lane's position is stored now.</summary>
    public void Keep(TopicPartition lane, LanePosition position) => _stored[lane] = StoredPosition.Of(position);

    /// <summary>
    /// The records that store <paramref name="positions"/>, each where MirrorMaker 2's producer would put it among the topic's partitions.
    /// </summary>
    public IEnumerable<PlacedRecord> Records(IEnumerable<KeyValuePair<TopicPartition, LanePosition>> positions, int partitions)
    {
        foreach (var (lane, position) in positions)
        {
            var key = new SourcePositionKey(connector, cluster, lane).Write();
            var value = StoredPosition.Of(position).Write();
            yield return new PlacedRecord(Murmur2.Partition(key, partitions), new KeyedRecord(key, value));
        }
    }
}
