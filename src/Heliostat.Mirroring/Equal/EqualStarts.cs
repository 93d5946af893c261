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
/// Where lanes go on whose records keep their offsets: where the target ends, whatever is stored. Whoever wrote there before is fenced
/// first, so that the end is the last word; and what is there is compared with the source before anything is written.
/// </summary>
/// <param name="lanes">Told of the lanes that begin.</param>
/// <param name="look">Asks both clusters.</param>
/// <param name="filler">Makes what fills a partition of the target.</param>
/// <param name="logEnds">Where logs of the target end, what is not yet replicated included: what a killed mirror wrote may still become
/// visible.</param>
internal sealed class EqualStarts(
    EqualLanes lanes, LogLook look, Func<LanePlan, OffsetFiller> filler,
    Func<IReadOnlyCollection<TopicPartition>, CancellationToken, Task<Dictionary<TopicPartition, long>>> logEnds)
{
    /// <summary>One start a lane, in no order.</summary>
    /// <param name="found">Where lanes would go on otherwise, judged; none of them halts.</param>
    /// <param name="plans">Where they go.</param>
    /// <param name="stored">What is stored of a lane, as it was stored.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<EqualStart>> FindAsync(
        IReadOnlyDictionary<TopicPartition, LaneStart> found, IReadOnlyDictionary<TopicPartition, LanePlan> plans,
        Func<TopicPartition, LanePosition?> stored, CancellationToken ct)
    {
        var fillers = found.Keys.ToDictionary(lane => lane, lane => filler(plans[lane]));
        List<EqualStart> starts = [];
        try
        {
            await FindAsync(starts, fillers, found, plans, stored, ct);
            return starts;
        }
        finally
        {
            // A lane that has no start is tried again with another one.
            foreach (var (_, unused) in fillers.ExceptBy(starts.Where(start => start.Start is not null).Select(start => start.Lane),
                entry => entry.Key))
            {
                unused.Dispose();
            }
        }
    }

    private async Task FindAsync(
        List<EqualStart> starts, Dictionary<TopicPartition, OffsetFiller> fillers, IReadOnlyDictionary<TopicPartition, LaneStart> found,
        IReadOnlyDictionary<TopicPartition, LanePlan> plans, Func<TopicPartition, LanePosition?> stored, CancellationToken ct)
    {
        var fenced = await Settling.AllAsync(fillers.Select(entry => FenceAsync(entry.Key, entry.Value, ct)));
        TopicPartition[] sources = [.. fenced.Where(lane => lane.Trouble is null).Select(lane => lane.Lane)];
        var places = sources.ToDictionary(lane => lane, lane => plans[lane].Target);
        var ends = await logEnds([.. places.Values], ct);
        var targetStarts = await look.Target.OffsetsAsync([.. places.Values], OffsetSpec.Earliest, ct);
        var sourceStarts = await look.Source.OffsetsAsync(sources, OffsetSpec.Earliest, ct);
        var sourceEnds = await look.Source.OffsetsAsync(sources, OffsetSpec.Latest, ct);
        starts.AddRange(fenced.Where(lane => lane.Trouble is not null).Select(lane => new EqualStart(lane.Lane, null, lane.Trouble)));
        var other = await new EqualLook(look).FirstOthersAsync(places
            .Where(lane => ends.ContainsKey(lane.Value)).ToDictionary(lane => lane.Key, lane => (lane.Value, ends[lane.Value])), ct);
        foreach (var lane in sources)
        {
            var place = places[lane];
            var isBegun = IsBegun(found[lane], stored(lane), ends.GetValueOrDefault(place));
            if (!ends.TryGetValue(place, out var end) || !targetStarts.TryGetValue(place, out var first)
                || !sourceStarts.TryGetValue(lane, out var begin) || !sourceEnds.TryGetValue(lane, out var last))
            {
                starts.Add(new EqualStart(lane, null,
                    Trouble.Said(TroubleKind.StartUnknown, $"target: where {place} ends cannot be looked up")));
            }
            else if (lanes.StandOf(lane, found[lane].Topics.Target) is { BrokenAt: { } at, Cause: { } cause })
            {
                starts.Add(EqualStart.Not(lane, place, at, cause));
            }
            else if (EqualLook.Break(end, last, other.TryGetValue(lane, out var differs) ? differs : null) is { } broken)
            {
                starts.Add(EqualStart.Not(lane, place, broken.At, broken.Cause));
            }
            else if (end > 0 && begin >= end && !isBegun && (stored(lane)?.Offset ?? long.MaxValue) > end)
            {
                // The target holds something, the source has nothing to compare it with, and what is stored does not say that it is the
                // source's.
                starts.Add(EqualStart.Not(lane, place, end,
                    $"the target ends at {end}, the source begins at {begin}, and nothing tells that what is there has the source's "
                        + "offsets"));
            }
            else
            {
                starts.Add(await BeginAsync(lane, found[lane], fillers[lane], new Ends(first, end, begin), isBegun, ct));
            }
        }
    }

    /// <summary>
    /// A target that is new begins where the lane would; else it goes on where it ends. What lies between that and the source's log start
    /// is filled.
    /// </summary>
    private async Task<EqualStart> BeginAsync(TopicPartition lane, LaneStart start, OffsetFiller filler, Ends ends, bool isBegun,
        CancellationToken ct)
    {
        var hasNothing = ends.TargetEnd == 0 || isBegun;
        // What the source does not have any more was judged as a loss before, or somebody decided: it is filled.
        var from = Math.Max(hasNothing ? start.Position.Offset : ends.TargetEnd, ends.SourceStart);
        if (isBegun && from == ends.TargetEnd && ends.TargetStart < from)
        {
            try
            {
                await filler.DeleteBeforeAsync(from, ct);
            }
            catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException)
            {
                return new EqualStart(lane, null, Trouble.Said(TroubleKind.StartUnknown, $"target: {failure.Message}"));
            }
        }

        var begun = new EqualLane(filler, ends.TargetEnd, hasNothing ? from : null, hasNothing ? from : ends.TargetStart)
        {
            TopicId = start.Topics.Target
        };
        lanes.Begin(lane, begun);
        return EqualStart.At(lane, start, from, hasNothing ? -1 : ends.TargetEnd - 1) with { Begun = begun };
    }

    /// <summary>
    /// Nothing of it was ever acknowledged, and the target ends no further on than where it was to begin: all that is there is filling, and
    /// may be deleted. Only a position that we stored for a target without anything says so: a MirrorMaker's has no place on the target
    /// either, nor has one that was judged after a loss.
    /// </summary>
    private static bool IsBegun(LaneStart start, LanePosition? stored, long end) =>
        end > 0 && start.IsResumed && stored is { LastTargetOffset: < 0 } ours && ours.Topics.Source != Guid.Empty
            && ours.Topics.Target == Guid.Empty && ours.Offset >= end;

    private static async Task<(TopicPartition Lane, Trouble? Trouble)> FenceAsync(TopicPartition lane, OffsetFiller filler,
        CancellationToken ct)
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

    private readonly record struct Ends(long TargetStart, long TargetEnd, long SourceStart);
}
