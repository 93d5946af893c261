using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Comparing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Deletions;

/// <summary>
/// Whether a topic of the target is a flow's mirror and nothing else: the same topic, and nothing in it that is not known.
/// </summary>
/// <param name="client">Reads the target.</param>
/// <param name="time">The clock.</param>
/// <param name="side">What messages call the target.</param>
internal sealed class MirrorLook(KafkaClient client, TimeProvider time, string side)
{
    /// <summary>So many offsets behind the last known one may be markers and what was aborted; more are somebody's records.</summary>
    private const long MostUnknown = 10_000;

    private const int PageBytes = 1 << 20;

    private readonly AdminClient _admin = new(client, time);
    private readonly PageReader _pages = new(client, IsolationLevel.ReadCommitted, PageBytes, time);

    /// <summary>Why it is not to be deleted, its side first; null where it may be.</summary>
    /// <param name="mirror">What the target says of it.</param>
    /// <param name="lanes">How far each partition of its source was mirrored.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<string?> WhyNotAsync(MetadataResponseTopic mirror, IReadOnlyDictionary<int, SourcePosition> lanes,
        CancellationToken ct)
    {
        var name = mirror.Name!;
        Guid[] known = [.. lanes.Values.Select(lane => lane.TargetTopicId).Where(id => id != Guid.Empty).Distinct()];
        if (mirror.TopicId == Guid.Empty || known.Length == 0)
        {
            return $"{side}: nothing tells whether '{name}' is the topic that was mirrored into (topics have ids from Kafka 2.8 on)";
        }

        if (known is not [var one] || one != mirror.TopicId)
        {
            return $"{side}: '{name}' is another topic than the one that was mirrored into: it was made anew";
        }

        if (mirror.Partitions.Count != lanes.Count)
        {
            return $"{side}: '{name}' has {mirror.Partitions.Count} partitions, and {lanes.Count} were mirrored into it: who wrote its "
                + "records cannot be told";
        }

        foreach (var partition in mirror.Partitions.Select(partition => new TopicPartition(name, partition.PartitionIndex)))
        {
            if (!lanes.TryGetValue(partition.Partition, out var lane) || await HoldsMoreAsync(partition, (lane.Target ?? -1) + 1, ct))
            {
                return $"{side}: {partition} holds records that this flow does not know of";
            }
        }

        return null;
    }

    /// <summary>Whether consumers get anything at or behind <paramref name="offset"/>, or might.</summary>
    private async Task<bool> HoldsMoreAsync(TopicPartition partition, long offset, CancellationToken ct)
    {
        var ends = await _admin.ListOffsetsAsync(new Dictionary<TopicPartition, long> { [partition] = OffsetSpec.Latest },
            IsolationLevel.ReadUncommitted, ct);
        var end = ends[partition];
        if (end.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(end.ErrorCode, $"{side}: where {partition} ends cannot be told: {end.ErrorCode.Name()}");
        }

        if (end.Offset - offset > MostUnknown)
        {
            return true;
        }

        using var buffer = new DecompressionBuffer();
        var cursor = new LogCursor(offset, end.Offset, buffer);
        while (!cursor.IsReady() && !cursor.IsAtEnd)
        {
            var page = await _pages.ReadAsync(partition, cursor.PageAt, ct);
            if (page.Records.IsEmpty && page.End <= cursor.PageAt && page.End < end.Offset)
            {
                // A transaction is open there: somebody writes.
                return true;
            }

            cursor.Take(page);
        }

        return !cursor.IsAtEnd;
    }
}
