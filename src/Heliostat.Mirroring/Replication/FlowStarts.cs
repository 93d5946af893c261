using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Offsets;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Replication;

/// <summary>Where the lanes of a flow start: behind the stored position, or where <c>auto.offset.reset</c> says when there is none (<c>MirrorSourceTask.initializeConsumer</c>).</summary>
internal sealed class FlowStarts(IReadOnlyDictionary<TopicPartition, SourcePosition> stored, LaneOffsetTable offsets, AdminClient source, AutoOffsetReset reset)
{
    /// <summary>The starts that could be found out now.</summary>
    /// <exception cref="ConfigurationException">A partition has no stored position and <c>auto.offset.reset</c> is <c>none</c>.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, LanePosition>> FindAsync(IReadOnlyCollection<TopicPartition> lanes, CancellationToken ct)
    {
        Dictionary<TopicPartition, LanePosition> starts = [];
        List<TopicPartition> fresh = [];
        foreach (var lane in lanes)
        {
            if (stored.TryGetValue(lane, out var position))
            {
                starts[lane] = new LanePosition(position.Offset + 1, -1, position.Target ?? -1);
                offsets.Resume(lane, position);
            }
            else
            {
                fresh.Add(lane);
            }
        }

        if (fresh.Count > 0)
        {
            await ResetAsync(fresh, starts, ct);
        }

        return starts;
    }

    private async Task ResetAsync(List<TopicPartition> fresh, Dictionary<TopicPartition, LanePosition> starts, CancellationToken ct)
    {
        if (reset == AutoOffsetReset.None)
        {
            throw new ConfigurationException($"source: no position is stored for {fresh[0]} and auto.offset.reset is 'none'");
        }

        var at = reset == AutoOffsetReset.Latest ? OffsetSpec.Latest : OffsetSpec.Earliest;
        foreach (var (lane, found) in await source.ListOffsetsAsync(fresh.ToDictionary(lane => lane, _ => at), Client.IsolationLevel.ReadUncommitted, ct))
        {
            if (found.ErrorCode == ErrorCode.None)
            {
                starts[lane] = new LanePosition(found.Offset, -1);
                offsets.Begin(lane, found.Offset);
            }
        }
    }
}
