using Heliostat.Client;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Offsets;

/// <summary>Which of a slot's lanes stand elsewhere than what is stored of them.</summary>
internal sealed class PositionLedger(LaneTable lanes, LaneOffsetTable offsets)
{
    private readonly Dictionary<TopicPartition, long> _stored = [];

    /// <summary>Where the lanes that moved stand now.</summary>
    public Dictionary<TopicPartition, LanePosition> Moved()
    {
        Dictionary<TopicPartition, LanePosition> moved = [];
        foreach (var lane in lanes.Open)
        {
            var position = lane.Position;
            var source = lane.Plan.Source;
            if (position.Offset != (_stored.TryGetValue(source, out var stored) ? stored : offsets.Of(source).Start))
            {
                moved[source] = position;
            }
        }

        return moved;
    }

    /// <summary>These are stored now.</summary>
    public void Stored(Dictionary<TopicPartition, LanePosition> positions)
    {
        foreach (var (lane, position) in positions)
        {
            _stored[lane] = position.Offset;
        }
    }
}
