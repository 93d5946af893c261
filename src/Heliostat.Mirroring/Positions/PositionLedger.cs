using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// Which of a slot's lanes stand elsewhere than what is stored of them; one of which nothing is stored yet does, so that its start is known
/// to the next start even if nothing comes meanwhile.
/// </summary>
internal sealed class PositionLedger(LaneTable lanes, PositionTopic positions, LaneOffsetTable offsets)
{
    private readonly Dictionary<TopicPartition, LanePosition> _stored = [];

    /// <summary>
    /// Offsets that the target acknowledged and that are in no stored position: at most so many records are mirrored again if it stays so.
    /// </summary>
    public long Unstored(IReadOnlyList<Lane> some) =>
        some.Sum(lane => Math.Max(0, lane.Position.Offset - (StoredOf(lane.Plan.Source)?.Offset ?? lane.Start)));

    /// <summary>Where the lanes that moved stand now.</summary>
    public Dictionary<TopicPartition, LanePosition> Moved()
    {
        Dictionary<TopicPartition, LanePosition> moved = [];
        foreach (var lane in lanes.Open)
        {
            var position = lane.Position;
            if (position != StoredOf(lane.Plan.Source))
            {
                moved[lane.Plan.Source] = position;
            }
        }

        return moved;
    }

    /// <summary>What of the lanes' offset maps is not stored.</summary>
    public IReadOnlyList<OffsetMapRecord> Changes() => offsets.Changes(lanes);

    /// <summary>The records that store positions.</summary>
    public IEnumerable<PlacedRecord> Records(IReadOnlyDictionary<TopicPartition, LanePosition> moved, int partitions) =>
        positions.Records(moved, partitions);

    /// <summary>What <see cref="Changes"/> gave is stored.</summary>
    public void Written(IReadOnlyList<OffsetMapRecord> changes) => offsets.Written(changes);

    /// <summary>These are stored now.</summary>
    public void Stored(IReadOnlyDictionary<TopicPartition, LanePosition> moved)
    {
        foreach (var (lane, position) in moved)
        {
            _stored[lane] = position;
            positions.Keep(lane, position);
        }
    }

    /// <summary>These are owned no more: where they begin when they come back is found anew.</summary>
    public void Forget(IEnumerable<Lane> gone)
    {
        foreach (var lane in gone)
        {
            _stored.Remove(lane.Plan.Source);
        }
    }

    private LanePosition? StoredOf(TopicPartition lane) => _stored.TryGetValue(lane, out var stored) ? stored : offsets.Of(lane).Known;
}
