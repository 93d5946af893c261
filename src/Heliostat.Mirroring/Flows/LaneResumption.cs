using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Whether lanes may go on from what the group remembers of them. There is no other memory: a lane that halts leaves its position, and what
/// its logs were, in the group, and the next start finds the same again.
/// </summary>
internal sealed partial class LaneResumption(PositionOwners owners, LogLook look, LossBook book, TailCheck tails, GroupPositions positions,
    ILogger logger)
{
    private readonly LossCheck _check = new(look, book);

    /// <summary>The start of each lane of which both clusters could say enough now.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, LaneStart>> StartsAsync(IReadOnlyList<LanePlan> plans, FoundStarts found,
        CancellationToken ct)
    {
        found = await owners.ConfirmAsync(plans, found, ct);
        var remembered = plans.Where(plan => found.Remembered.ContainsKey(plan.Source)).ToDictionary(
            plan => plan.Source,
            plan => new StoredLane(found.Remembered[plan.Source], plan.ByKey ? null : plan.Target, plan.TargetTopic));
        var starts = await _check.StartsAsync(remembered, ct);
        await PutBehindTailsAsync(plans, starts, ct);
        await AddFreshAsync([.. plans.Where(plan => found.Fresh.ContainsKey(plan.Source))], found, starts, ct);
        await PutBehindEndsAsync(plans, found, starts, ct);
        return starts;
    }

    /// <summary>
    /// What stands on the target behind a position is not mirrored again. Records that were placed by key lie among those of other lanes:
    /// of them nothing is known, and what came after the position may be repeated.
    /// </summary>
    private async Task PutBehindTailsAsync(IReadOnlyList<LanePlan> plans, Dictionary<TopicPartition, LaneStart> starts,
        CancellationToken ct)
    {
        var lanes = from plan in plans
                    where !plan.ByKey && starts.TryGetValue(plan.Source, out var start) && start is { Halt: null, IsAnew: false }
                    let position = starts[plan.Source].Compared
                    select new TailLane(plan.Source, plan.Target, position.Offset, position.LastTargetOffset)
                    {
                        IsUntouched = position.IsUntouched
                    };
        await foreach (var through in tails.CheckAsync([.. lanes], ct))
        {
            var lane = through.Lane.Source;
            if (through.Outcome?.NotBefore(starts[lane].Position.Offset) is not { } outcome)
            {
                starts.Remove(lane);
                continue;
            }

            starts[lane] = TailLosses.Of(through.Lane, outcome) is { } loss && book.Halts(loss, outcome.Resume)
                ? starts[lane] with { Halt = loss }
                : starts[lane] with { Position = outcome.Behind(starts[lane].Position), TargetEnd = through.End };
        }
    }

    /// <summary>
    /// Lanes that begin, or begin anew: nothing of what stands on the target now is to be taken for theirs. Of a fresh one that is told,
    /// where something stands there.
    /// </summary>
    private async Task PutBehindEndsAsync(IReadOnlyList<LanePlan> plans, FoundStarts found, Dictionary<TopicPartition, LaneStart> starts,
        CancellationToken ct)
    {
        List<LanePlan> begun = [.. plans.Where(plan => !plan.ByKey && starts.TryGetValue(plan.Source, out var start)
            && start.Halt is null && (start.IsAnew || found.Fresh.ContainsKey(plan.Source)))];
        if (begun.Count == 0)
        {
            return;
        }

        var ends = await look.Target.OffsetsAsync([.. begun.Select(plan => plan.Target)], OffsetSpec.Latest, ct);
        foreach (var plan in begun)
        {
            if (!ends.TryGetValue(plan.Target, out var end))
            {
                // A later start would take all that stands there for this lane's.
                starts.Remove(plan.Source);
                continue;
            }

            var start = starts[plan.Source];
            starts[plan.Source] = start with { Position = start.Position with { LastTargetOffset = end - 1 }, TargetEnd = end };
            if (end > 0 && !start.IsAnew)
            {
                LogOlderMirror(logger, plan.Source.Topic, plan.Source.Partition, start.Position.Offset, plan.Target, end);
            }
        }
    }

    /// <summary>Lanes in doubt are about to be closed: where they stand is kept in the group.</summary>
    public async Task StoreAsync(IReadOnlyList<Lane> lanes, CancellationToken ct)
    {
        await positions.Rounds.RunNowAsync(ct);
        await positions.ForgetAsync(lanes, ct);
    }

    /// <summary>Keeps a halted lane's position in the group, so that it is found halted again.</summary>
    public Task KeepAsync(LanePlan lane, LanePosition position, CancellationToken ct) => positions.KeepAsync(lane, position, ct);

    /// <summary>
    /// Keeps where lanes are to begin whose topic does not stand on the target yet. What somebody else's positions say of it is not ours to
    /// write over.
    /// </summary>
    /// <exception cref="KafkaErrorException">The group does not take it now.</exception>
    public Task BeginAsync(IEnumerable<TopicPartition> lanes, FoundStarts found, PositionMark mark, CancellationToken ct) =>
        positions.BeginAsync(
            lanes.Where(lane => !found.Marks.ContainsKey(lane)).ToDictionary(lane => lane,
                lane => found.Fresh.TryGetValue(lane, out var fresh) ? fresh : found.Remembered[lane]), mark, ct);

    /// <summary>Keeps where lanes began.</summary>
    public Task KeepStartsAsync(CancellationToken ct) => positions.Rounds.RunNowAsync(ct);

    private async Task AddFreshAsync(LanePlan[] fresh, FoundStarts found, Dictionary<TopicPartition, LaneStart> starts,
        CancellationToken ct)
    {
        if (fresh.Length == 0)
        {
            return;
        }

        var ids = await look.Target.TopicsAsync([.. fresh.Select(plan => plan.TargetTopic).Distinct()], ct);
        foreach (var plan in fresh)
        {
            var start = found.Fresh[plan.Source];
            starts[plan.Source] = new LaneStart(start,
                start.Topics with { Target = ids.GetValueOrDefault(plan.TargetTopic)?.Id ?? Guid.Empty });
        }
    }

    [LoggerMessage(EventIds.OlderMirror, LogLevel.Warning,
        "source: no position of {Topic}-{Partition} is stored and it begins at offset {Offset}, but {Target} on the target has the end "
            + "{Records} already: if they are of a topic that was "
            + "deleted since (its positions went with it), what that one held beyond is gone, and both histories follow each other there")]
    private static partial void LogOlderMirror(ILogger logger, string topic, int partition, long offset, TopicPartition target,
        long records);
}
