using Heliostat.Client;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Which of a slot's lanes stand elsewhere than what is stored of them; one of which nothing is stored yet does, so that its start is known to the next start
/// even if nothing comes meanwhile.
/// </summary>
internal sealed class PositionLedger(LaneTable lanes, LaneOffsetTable offsets)
{
    private readonly Dictionary<TopicPartition, LanePosition> _stored = [];

    /// <summary>Offsets that were taken in and are not in a stored position: at most so many are mirrored again if it stays so.</summary>
    public long Unstored => lanes.Open.Sum(lane => Math.Max(0, lane.Taken - (StoredOf(lane.Plan.Source)?.Offset ?? lane.Taken)));

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

    /// <summary>These are stored now.</summary>
    public void Stored(IReadOnlyDictionary<TopicPartition, LanePosition> positions)
    {
        foreach (var (lane, position) in positions)
        {
            _stored[lane] = position;
        }
    }

    private LanePosition? StoredOf(TopicPartition lane) => _stored.TryGetValue(lane, out var stored) ? stored : offsets.Of(lane).Known;
}
