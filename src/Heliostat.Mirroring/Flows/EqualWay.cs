using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Equal;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Opens the lanes whose records keep their offsets (<c>heliostat.offsets = equal</c>). Where they go on is stored too, for who only reads;
/// it decides nothing.
/// </summary>
/// <param name="topics">Which.</param>
/// <param name="starts">Where they go on.</param>
/// <param name="positions">What is stored.</param>
/// <param name="offsets">Told that the offsets of both sides are the same.</param>
/// <param name="store">Stores where lanes begin, before anything of them is mirrored.</param>
internal sealed class EqualWay(
    EqualTopics topics, EqualStarts starts, PositionTopic positions, LaneOffsetTable offsets,
    Func<IReadOnlyDictionary<TopicPartition, LanePosition>, CancellationToken, Task> store)
{
    public EqualTopics Topics => topics;

    public async Task<IReadOnlyList<LaneOpening>> FindAsync(
        IReadOnlyDictionary<TopicPartition, LaneStart> found, IReadOnlyDictionary<TopicPartition, LanePlan> plans, CancellationToken ct)
    {
        var opened = await starts.FindAsync(found, plans, positions.Find, ct);
        var begun = opened.Where(lane => lane.Start is { IsResumed: false }).ToDictionary(lane => lane.Lane, lane => lane.Start!.Position);
        if (begun.Count > 0)
        {
            await store(begun, ct);
        }

        foreach (var start in opened)
        {
            if (start.Begun is { } lane)
            {
                offsets.ResumeEqual(start.Lane, plans[start.Lane].Target, lane.Equality.Since, lane.End, positions.Find(start.Lane));
            }
        }

        return [.. opened.Select(lane => lane.Start is { } start
            ? LaneOpening.Of(plans[lane.Lane], start)
            : LaneOpening.Not(lane.Lane, lane.Trouble!))];
    }
}
