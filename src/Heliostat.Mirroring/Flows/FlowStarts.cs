using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Where the lanes of a flow start (<c>MirrorSourceTask.initializeConsumer</c>): behind the stored position, if it is one of the logs that
/// are there now; where somebody decided; or where <c>auto.offset.reset</c> says. What appears while the flow runs, and partitions that a
/// topic was given meanwhile, start at their beginning whatever the setting: nothing of them may be skipped.
/// </summary>
internal sealed class FlowStarts(PositionTopic positions, LaneOffsetTable offsets, LossLedger ledger, LossBook book, LogLook look,
    StartRule rule)
{
    private readonly LossCheck _check = new(look, book);
    private readonly HashSet<string> _mirroredBefore = [.. positions.Stored.Keys.Select(lane => lane.Topic)];
    private bool _hasLooked;

    /// <summary>
    /// False where records are in transactions: a log that lost the end of one has aborted what is left of it, and nobody can tell from its
    /// end how much that is.
    /// </summary>
    public bool KnowsWhatIsLost { get; init; } = true;

    /// <summary>Where lanes of a topic begin that no position is stored of; null for what <c>auto.offset.reset</c> says.</summary>
    public Func<string, LogBound?> From { get; init; } = static _ => null;

    /// <summary>Why some lanes of the last search have no start though their cluster answers; null where all have one.</summary>
    public Trouble? Trouble { get; private set; }

    /// <summary>
    /// Topics that are there now; from any thread. The first time, what has a position and is not among them is told, as no lane will say
    /// so; those that halt are returned.
    /// </summary>
    public IReadOnlyList<Loss> See(FlowTopics seen)
    {
        // What is not decided yet is there all the same.
        rule.See(seen.Mirrored.Select(topic => topic.Source)
            .Concat(seen.LeftOut.Where(topic => topic.Reason == LeftOutReason.RingUndecided).Select(topic => topic.Name)));
        if (_hasLooked)
        {
            return [];
        }

        _hasLooked = true;
        var counts = seen.Mirrored.ToDictionary(topic => topic.Source, topic => topic.Partitions, StringComparer.Ordinal);
        var leftOut = seen.LeftOut.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        var missing = from lane in positions.Stored.Keys
                      where !leftOut.Contains(lane.Topic) && seen.Wants(lane.Topic)
                      let facts = new LaneFacts
                      {
                          Position = positions.Find(lane)!.Value,
                          SourcePartitions = counts.GetValueOrDefault(lane.Topic)
                      }
                      where facts.SourcePartitions <= lane.Partition
                      select (Loss: LossJudge.Judge(lane, facts)!,
                          IsOurs: facts.Position.LeaderEpoch >= 0 || facts.Position.Topics.Source != Guid.Empty);
        return [.. missing.Select(missed => Halted(missed.Loss, missed.IsOurs)).OfType<Loss>()];
    }

    /// <summary>
    /// Once all that is mirrored, whoever of several processes mirrors it, has a stored position, what has none at a later start appeared
    /// while nothing ran.
    /// </summary>
    public void LookWhetherAllAreStored(IEnumerable<TopicPartition> lanes)
    {
        if (rule.Note is { } note && lanes.All(positions.Stored.ContainsKey))
        {
            ledger.Select(note);
        }
    }

    /// <summary>
    /// What keeps a lane halted that is not there; null where it is only told. What a MirrorMaker left of topics may be long gone, and
    /// halts nothing.
    /// </summary>
    private Loss? Halted(Loss missed, bool isOurs)
    {
        if (ledger.Lanes.TryGetValue(missed.Lane, out var decision))
        {
            return decision.ResumeAt is null ? missed : null;
        }

        if (isOurs && book.Policies.Of(missed.Kind, missed.Lane.Topic) == LossAction.Halt)
        {
            return missed;
        }

        if (!ledger.Knows(missed))
        {
            book.Tell(missed, LossAction.Record);
        }

        return null;
    }

    /// <summary>
    /// The starts that could be found out now; with <c>auto.offset.reset=none</c> a lane without a stored position has none.
    /// </summary>
    /// <param name="lanes">The source's partition and its place on the target.</param>
    /// <param name="left">Where a lane was closed in this life; null where it was not.</param>
    /// <param name="ct">Ends the search.</param>
    public async Task<IReadOnlyDictionary<TopicPartition, LaneStart>> FindAsync(
        IReadOnlyDictionary<TopicPartition, TopicPartition> lanes, Func<TopicPartition, LanePosition?> left, CancellationToken ct)
    {
        Dictionary<TopicPartition, LaneStart> starts = [];
        var decided = ledger.Lanes;
        List<TopicPartition> resumed = [];
        Dictionary<TopicPartition, StoredLane> known = [];
        List<TopicPartition> fresh = [];
        foreach (var (lane, place) in lanes)
        {
            if (decided.TryGetValue(lane, out var decision) && !IsBack(lane, decision))
            {
                resumed.Add(lane);
            }
            else if ((left(lane) ?? positions.Find(lane)) is { } position)
            {
                known[lane] = new StoredLane(position, place, place.Topic)
                {
                    IsWithRecords = !KnowsWhatIsLost,
                    ToSource = at => KnowsWhatIsLost ? offsets.ToSource(lane, at) : null
                };
            }
            else
            {
                fresh.Add(lane);
            }
        }

        await DecideAsync(resumed, decided, lanes, starts, ct);
        await ResumeAsync(known, lanes, starts, ct);
        await ResetAsync(fresh, lanes, starts, ct);
        return starts;
    }

    /// <summary>A lane that was halted because its topic was not there is judged as any other once it is.</summary>
    private bool IsBack(TopicPartition lane, LaneDecision decision)
    {
        if (decision is not { ResumeAt: null, Kind: LossKind.Gone or LossKind.Shrunk })
        {
            return false;
        }

        ledger.Resumed(lane);
        book.Forget(lane);
        return true;
    }

    /// <summary>Halted lanes stay so; one that somebody let go on begins where that one said.</summary>
    private async Task DecideAsync(
        List<TopicPartition> decided, IReadOnlyDictionary<TopicPartition, LaneDecision> decisions,
        IReadOnlyDictionary<TopicPartition, TopicPartition> lanes,
        Dictionary<TopicPartition, LaneStart> starts, CancellationToken ct)
    {
        if (decided.Count == 0)
        {
            return;
        }

        var ids = await IdsAsync(decided, lanes, ct);
        foreach (var lane in decided)
        {
            var decision = decisions[lane];
            var position = new LanePosition(decision.ResumeAt ?? decision.Position, LeaderEpoch: -1) { Topics = ids(lane) };
            if (decision.ResumeAt is null)
            {
                starts[lane] = new LaneStart(position, ids(lane),
                    new Loss(lane, decision.Kind!.Value, decision.Position, decision.GoOnAt, decision.Cause))
                { IsDecided = true };
                continue;
            }

            offsets.Begin(lane, lanes[lane], position.Offset, positions.Find(lane));
            starts[lane] = new LaneStart(position, ids(lane), IsAnew: true);
            ledger.Resumed(lane);
            book.Forget(lane);
        }
    }

    private async Task ResumeAsync(
        Dictionary<TopicPartition, StoredLane> known, IReadOnlyDictionary<TopicPartition, TopicPartition> lanes,
        Dictionary<TopicPartition, LaneStart> starts, CancellationToken ct)
    {
        foreach (var (lane, start) in await _check.StartsAsync(known, ct))
        {
            starts[lane] = start with { IsResumed = start.Halt is null && !start.IsAnew };
            if (start is { Halt: null, IsAnew: true })
            {
                offsets.Begin(lane, lanes[lane], start.Position.Offset, positions.Find(lane));
            }
        }
    }

    private async Task ResetAsync(
        List<TopicPartition> fresh, IReadOnlyDictionary<TopicPartition, TopicPartition> lanes, Dictionary<TopicPartition, LaneStart> starts,
        CancellationToken ct)
    {
        Trouble = rule.Reset == AutoOffsetReset.None && fresh.Find(lane => From(lane.Topic) is null) is { Topic: not null } lost
            ? new Trouble(TroubleKind.NoPosition, TroubleSide.Source, $"no position is stored for {lost} and auto.offset.reset is 'none'")
            : null;
        if (Trouble is not null || fresh.Count == 0)
        {
            return;
        }

        var ids = await IdsAsync(fresh, lanes, ct);
        foreach (var group in fresh.GroupBy(lane => From(lane.Topic)
            ?? (rule.IsAtEnd(lane.Topic, _mirroredBefore.Contains(lane.Topic)) ? LogBound.End : null)))
        {
            foreach (var (lane, start) in await BoundStarts.FindAsync(look.Source, [.. group], group.Key, ct))
            {
                starts[lane] = new LaneStart(new LanePosition(start, -1) { Topics = ids(lane) with { Target = Guid.Empty } }, ids(lane));
                offsets.Begin(lane, lanes[lane], start, stored: null);
            }
        }

        _mirroredBefore.UnionWith(starts.Keys.Select(lane => lane.Topic));
    }

    private async Task<Func<TopicPartition, TopicIds>> IdsAsync(List<TopicPartition> asked,
        IReadOnlyDictionary<TopicPartition, TopicPartition> lanes, CancellationToken ct)
    {
        var here = await look.Source.TopicsAsync([.. asked.Select(lane => lane.Topic).Distinct()], ct);
        var there = await look.Target.TopicsAsync([.. asked.Select(lane => lanes[lane].Topic).Distinct()], ct);
        return lane => new TopicIds(here.GetValueOrDefault(lane.Topic)?.Id ?? Guid.Empty,
            there.GetValueOrDefault(lanes[lane].Topic)?.Id ?? Guid.Empty);
    }
}
