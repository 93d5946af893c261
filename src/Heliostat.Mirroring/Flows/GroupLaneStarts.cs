using System.Runtime.CompilerServices;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Starts of lanes whose positions are in a group of the source: topic by topic, each made on the target when it is first wanted.
/// </summary>
/// <param name="planner">Decides how partitions reach the target.</param>
/// <param name="positions">What the group holds.</param>
/// <param name="losses">Whether that is of the logs that are there.</param>
internal sealed class GroupLaneStarts(LanePlanner planner, StartPositions positions, LaneResumption losses) : ILaneStarts
{
    public async IAsyncEnumerable<LaneOpening> FindAsync(IReadOnlyDictionary<TopicPartition, OwnedLane> due,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var (found, trouble) = await PositionsAsync(due, ct);
        foreach (var topic in due.Keys.GroupBy(lane => lane.Topic))
        {
            var openings = found is null
                ? [.. topic.Select(lane => LaneOpening.Not(lane, trouble!))]
                : await TopicAsync(topic.Key, [.. topic], found, ct);
            foreach (var opening in openings)
            {
                yield return opening;
            }

            await KeepAsync(openings, found, ct);
        }
    }

    public Task StoreAsync(IReadOnlyList<Lane> doubtful, CancellationToken ct) => losses.StoreAsync(doubtful, ct);

    private async Task<(FoundStarts? Found, Trouble? Trouble)> PositionsAsync(IReadOnlyDictionary<TopicPartition, OwnedLane> due,
        CancellationToken ct)
    {
        try
        {
            return (await positions.FindAsync(due, ct), null);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            return (null, new Trouble(TroubleKind.StartUnknown, TroubleSide.Us, $"positions cannot be looked up: {failure.Message}"));
        }
    }

    private async Task<IReadOnlyList<LaneOpening>> TopicAsync(string topic, List<TopicPartition> lanes, FoundStarts found,
        CancellationToken ct)
    {
        List<TopicPartition> ready = [.. lanes.Where(found.Has)];
        List<LaneOpening> openings = [];
        var isOfTarget = false;
        try
        {
            if (ready.Count > 0)
            {
                var count = await planner.SourcePartitionsAsync(topic, atLeast: ready.Max(lane => lane.Partition) + 1, ct);
                isOfTarget = true;
                var plans = await planner.PlanAsync(
                    topic, count, [.. ready.Select(lane => lane.Partition)], target => found.Keeps(topic, target),
                    mark => losses.BeginAsync(ready, found, mark, ct), ct);
                var starts = await losses.StartsAsync(plans, found, ct);
                openings.AddRange(plans
                    .Where(plan => starts.ContainsKey(plan.Source)).Select(plan => LaneOpening.Of(plan, starts[plan.Source])));
            }
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            var trouble = Trouble.Of(failure);
            trouble = trouble.Side == TroubleSide.Us && isOfTarget ? trouble with { Side = TroubleSide.Target } : trouble;
            openings.AddRange(ready.Select(lane => LaneOpening.Not(lane, trouble)));
        }

        openings.AddRange(lanes.Except(openings.Select(opening => opening.Lane))
            .Select(lane => LaneOpening.Not(lane, Trouble.Said(TroubleKind.StartUnknown, found.CauseOf(lane)))).ToList());
        return openings;
    }

    /// <summary>
    /// Halted lanes are found halted again at the next start; and what comes before the first record is mirrored is after the start also if
    /// this process ends before.
    /// </summary>
    private async Task KeepAsync(IReadOnlyList<LaneOpening> openings, FoundStarts? found, CancellationToken ct)
    {
        foreach (var opening in openings.Where(opening => opening.Start is { Halt: not null }))
        {
            await losses.KeepAsync(opening.Plan!, opening.Start!.Position, ct);
        }

        if (openings.Any(opening => opening.Start is { Halt: null } start && (start.IsAnew || found!.Fresh.ContainsKey(opening.Lane))))
        {
            await losses.KeepStartsAsync(ct);
        }
    }
}
