using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Replication;

/// <summary>Where the lanes of a flow start: behind the stored position, or where <c>auto.offset.reset</c> says when there is none (<c>MirrorSourceTask.initializeConsumer</c>).</summary>
internal sealed class FlowStarts(
    IReadOnlyDictionary<TopicPartition, SourcePosition> stored, LaneOffsetTable offsets, AdminClient source, AdminClient target, AutoOffsetReset reset)
{
    /// <summary>Why some lanes of the last search have no start though their cluster answers; null where all have one.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The starts that could be found out now; with <c>auto.offset.reset=none</c> a lane without a stored position has none.</summary>
    /// <param name="lanes">The source's partition and its place on the target.</param>
    /// <param name="ct">Ends the search.</param>
    public async Task<IReadOnlyDictionary<TopicPartition, LanePosition>> FindAsync(IReadOnlyDictionary<TopicPartition, TopicPartition> lanes, CancellationToken ct)
    {
        Dictionary<TopicPartition, LanePosition> starts = [];
        await ResumeAsync(lanes.Where(lane => stored.ContainsKey(lane.Key)).ToDictionary(), starts, ct);
        await ResetAsync(lanes.Where(lane => !stored.ContainsKey(lane.Key)).ToDictionary(), starts, ct);
        return starts;
    }

    private async Task ResumeAsync(Dictionary<TopicPartition, TopicPartition> known, Dictionary<TopicPartition, LanePosition> starts, CancellationToken ct)
    {
        // Where MirrorMaker 2 stored a position it did not say where that is on the target: no further than the end.
        var ends = await OffsetsAsync(target, known.Where(lane => stored[lane.Key].Target is null).Select(lane => lane.Value), OffsetSpec.Latest, ct);
        foreach (var (lane, place) in known)
        {
            var position = stored[lane];
            starts[lane] = new LanePosition(position.Offset + 1, -1, position.Target ?? -1);
            offsets.Resume(lane, place, position, ends.TryGetValue(place, out var end) ? end : null);
        }
    }

    private async Task ResetAsync(Dictionary<TopicPartition, TopicPartition> fresh, Dictionary<TopicPartition, LanePosition> starts, CancellationToken ct)
    {
        Trouble = fresh.Count > 0 && reset == AutoOffsetReset.None ? $"source: no position is stored for {fresh.Keys.First()} and auto.offset.reset is 'none'" : null;
        if (Trouble is not null)
        {
            return;
        }

        foreach (var (lane, start) in await OffsetsAsync(source, fresh.Keys, reset == AutoOffsetReset.Latest ? OffsetSpec.Latest : OffsetSpec.Earliest, ct))
        {
            starts[lane] = new LanePosition(start, -1);
            offsets.Begin(lane, fresh[lane], start);
        }
    }

    private static async Task<Dictionary<TopicPartition, long>> OffsetsAsync(AdminClient cluster, IEnumerable<TopicPartition> partitions, long at, CancellationToken ct)
    {
        var asked = partitions.ToDictionary(partition => partition, _ => at);
        var found = asked.Count == 0 ? [] : await cluster.ListOffsetsAsync(asked, Client.IsolationLevel.ReadUncommitted, ct);
        return found.Where(offset => offset.Value.ErrorCode == ErrorCode.None).ToDictionary(offset => offset.Key, offset => offset.Value.Offset);
    }
}
