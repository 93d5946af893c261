using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Equal;

/// <summary>
/// Where lanes go on whose records keep their offsets: where the target ends, whatever is stored. Whoever wrote there before is fenced first, so that the end is
/// the last word; and what is there is compared with the source before anything is written.
/// </summary>
/// <param name="lanes">Told of the lanes that begin.</param>
/// <param name="look">Asks both clusters.</param>
/// <param name="filler">Makes what fills a partition of the target.</param>
internal sealed class EqualStarts(EqualLanes lanes, LogLook look, Func<LanePlan, OffsetFiller> filler)
{
    /// <summary>So far before the end of the target records are compared, as far as both sides have one there.</summary>
    private static readonly long[] Looks = [1, 2, 3, 5, 10, 100];

    /// <summary>The first offset that is the same on both sides, of a lane that has a start.</summary>
    public long SinceOf(TopicPartition lane) => lanes.StandOf(lane)!.Since;

    /// <summary>One start a lane, in no order.</summary>
    /// <param name="found">Where lanes would go on otherwise, judged; none of them halts.</param>
    /// <param name="plans">Where they go.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<EqualStart>> FindAsync(IReadOnlyDictionary<TopicPartition, LaneStart> found, IReadOnlyDictionary<TopicPartition, LanePlan> plans, CancellationToken ct)
    {
        var fillers = found.Keys.ToDictionary(lane => lane, lane => filler(plans[lane]));
        var fenced = await Settling.AllAsync(fillers.Select(entry => FenceAsync(entry.Key, entry.Value, ct)));
        TopicPartition[] sources = [.. fenced.Where(lane => lane.Trouble is null).Select(lane => lane.Lane)];
        var places = sources.ToDictionary(lane => lane, lane => Place(plans[lane]));
        var ends = await look.Target.OffsetsAsync([.. places.Values], OffsetSpec.Latest, ct);
        var targetStarts = await look.Target.OffsetsAsync([.. places.Values], OffsetSpec.Earliest, ct);
        var sourceStarts = await look.Source.OffsetsAsync(sources, OffsetSpec.Earliest, ct);
        var sourceEnds = await look.Source.OffsetsAsync(sources, OffsetSpec.Latest, ct);
        List<EqualStart> starts = [.. fenced.Where(lane => lane.Trouble is not null).Select(lane => new EqualStart(lane.Lane, null, lane.Trouble))];
        var other = await FirstOtherAsync(places.Where(lane => ends.ContainsKey(lane.Value)).ToDictionary(lane => lane.Key, lane => (lane.Value, ends[lane.Value])), ct);
        foreach (var lane in sources)
        {
            var place = places[lane];
            if (!ends.TryGetValue(place, out var end) || !targetStarts.TryGetValue(place, out var first) || !sourceStarts.TryGetValue(lane, out var begin) || !sourceEnds.TryGetValue(lane, out var last))
            {
                starts.Add(new EqualStart(lane, null, Trouble.Said(TroubleKind.StartUnknown, $"target: where {place} ends cannot be looked up")));
            }
            else if (lanes.StandOf(lane) is { BrokenAt: { } at, Cause: { } cause })
            {
                starts.Add(EqualStart.Not(lane, place, at, cause));
            }
            else if (end > last)
            {
                starts.Add(EqualStart.Not(lane, place, last, $"the target ends at {end}, and the source at {last}"));
            }
            else if (other.TryGetValue(lane, out var differs))
            {
                starts.Add(EqualStart.Not(lane, place, differs, $"its record is another than the source's at offset {differs}"));
            }
            else
            {
                starts.Add(await BeginAsync(lane, found[lane], fillers[lane], new Ends(first, end, begin), ct));
            }
        }

        return starts;
    }

    /// <summary>A target that is new begins where the lane would; else it goes on where it ends. What lies between that and the source's log start is filled.</summary>
    private async Task<EqualStart> BeginAsync(TopicPartition lane, LaneStart start, OffsetFiller filler, Ends ends, CancellationToken ct)
    {
        // Nothing of it was ever acknowledged, and the target ends no further on than where it was to begin: all that is there is filling.
        var isNew = ends.TargetEnd == 0;
        var isBegun = !isNew && start is { IsResumed: true, Position.LastTargetOffset: < 0 } && start.Position.Offset >= ends.TargetEnd;
        var from = isNew || isBegun ? Math.Max(start.Position.Offset, ends.SourceStart) : ends.TargetEnd;
        if (isBegun && from == ends.TargetEnd && ends.TargetStart < from)
        {
            await filler.DeleteBeforeAsync(from, ct);
        }

        lanes.Begin(lane, new EqualLane(filler, ends.TargetEnd, isNew || isBegun ? from : null, isNew || isBegun ? from : ends.TargetStart));
        return EqualStart.At(lane, start, from);
    }

    private static async Task<(TopicPartition Lane, Trouble? Trouble)> FenceAsync(TopicPartition lane, OffsetFiller filler, CancellationToken ct)
    {
        try
        {
            await filler.TakeOverAsync(ct);
            return (lane, null);
        }
        catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException)
        {
            return (lane, Trouble.Said(TroubleKind.StartUnknown, $"target: {failure.Message}"));
        }
    }

    /// <summary>Of each lane the first offset, of those that are looked at, where the records of both sides differ.</summary>
    private async Task<Dictionary<TopicPartition, long>> FirstOtherAsync(IReadOnlyDictionary<TopicPartition, (TopicPartition Place, long End)> lanes, CancellationToken ct)
    {
        Dictionary<TopicPartition, long> others = [];
        foreach (var back in Looks)
        {
            var asked = lanes.Where(lane => lane.Value.End >= back).ToDictionary(lane => lane.Key, lane => lane.Value);
            if (asked.Count == 0)
            {
                break;
            }

            var here = look.Source.RecordsAsync(asked.ToDictionary(lane => lane.Key, lane => lane.Value.End - back), ct);
            var there = look.Target.RecordsAsync(asked.ToDictionary(lane => lane.Value.Place, lane => lane.Value.End - back), ct);
            await Settling.AllAsync(here, there);
            foreach (var (lane, (place, end)) in asked)
            {
                if ((await here).TryGetValue(lane, out var original) && (await there).TryGetValue(place, out var copy) && original != copy)
                {
                    others[lane] = end - back;
                }
            }
        }

        return others;
    }

    private static TopicPartition Place(LanePlan plan) => new(plan.TargetTopic, plan.Source.Partition);

    private readonly record struct Ends(long TargetStart, long TargetEnd, long SourceStart);
}
