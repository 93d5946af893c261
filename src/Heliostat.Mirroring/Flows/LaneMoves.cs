using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Lets lanes that an operator paused, or that a loss has halted, go on elsewhere.
/// <list type="bullet">
/// <item>A. Where a lane goes on is kept in the state topic before it is closed, and stored as its position before anything of it is
/// mirrored.</item>
/// <item>B. All lanes of a move are moved, or none. One move is under way at a time.</item>
/// <item>C. A lane that moved begins behind all that the target holds: what stands there is not taken for what is mirrored next.</item>
/// </list>
/// </summary>
/// <param name="slots">Have the lanes.</param>
/// <param name="ledger">Keeps what is decided.</param>
/// <param name="source">Says where its logs begin and end.</param>
/// <param name="suspended">What an operator wants to stand still.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class LaneMoves(IReadOnlyList<FlowSlot> slots, LossLedger ledger, LogSide source, Suspensions suspended,
    FlowScope scope)
{
    private readonly AsyncLock _one = new();
    private TaskCompletionSource? _looked;

    /// <summary>Topics whose lanes go on where the target ends, whatever anybody says.</summary>
    public required Func<string, bool> KeepsOffsets { get; init; }

    /// <summary>Writes to the state topic what the ledger has.</summary>
    public required Func<CancellationToken, Task> Keep { get; init; }

    /// <summary>Lets the opener look at lanes that are decided about.</summary>
    public required Action<IEnumerable<TopicPartition>> GoOn { get; init; }

    /// <summary>Asks the life of a flow, if it can do it now.</summary>
    public static Task<IReadOnlyList<LaneMove>> AskAsync(FlowLife? life, bool isStoredByFlow, IReadOnlyDictionary<TopicPartition, long> to,
        bool dryRun, CancellationToken ct) =>
            life is { IsRunning: true, IsEnding: false, Moves: { } moves } ? moves.MoveAsync(to, dryRun, ct)
            : Task.FromResult<IReadOnlyList<LaneMove>>([.. to.Keys.Select(lane => LaneMove.Refused(lane, isStoredByFlow
                ? "the flow does not run now: a position is moved while it runs and the lane is paused"
                : "positions are in the group of the source: stop the mirror and set them there, as with kafka-consumer-groups.sh "
                    + "--reset-offsets"))]);

    /// <inheritdoc cref="Flow.MoveAsync"/>
    public async Task<IReadOnlyList<LaneMove>> MoveAsync(IReadOnlyDictionary<TopicPartition, long> to, bool dryRun, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var moves = await PlanAsync(to, ct);
            if (dryRun || moves.Any(move => move.Refusal is not null))
            {
                return moves;
            }

            await DecideAsync(moves, ct);
            var now = Now();
            foreach (var move in moves)
            {
                LogMoved(scope.Logger, move.Lane.Topic, move.Lane.Partition, move.To!.Value, move.From!.Value, move.Skipped, move.Repeated);
                now.Lanes.GetValueOrDefault(move.Lane)?.Doubt($"an operator lets it go on at offset {move.To}");
            }

            GoOn(moves.Select(move => move.Lane));
            var isStored = await StoredAsync(moves, ct);
            return [.. moves.Select(move => move with { IsStored = isStored })];
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The opener has looked at all that was due.</summary>
    public void Look() => Volatile.Read(ref _looked)?.TrySetResult();

    private async Task<IReadOnlyList<LaneMove>> PlanAsync(IReadOnlyDictionary<TopicPartition, long> to, CancellationToken ct)
    {
        var now = Now();
        TopicPartition[] ours = [.. to.Keys.Where(now.Lanes.ContainsKey)];
        var topics = await source.TopicsAsync([.. ours.Select(lane => lane.Topic).Distinct()], ct);
        TopicPartition[] there =
            [.. ours.Where(lane => topics.TryGetValue(lane.Topic, out var topic) && lane.Partition < topic.Partitions)];
        var starts = await source.OffsetsAsync(there, OffsetSpec.Earliest, ct);
        var ends = await source.OffsetsAsync(there, OffsetSpec.Latest, ct);
        return
        [
            .. to.Select(asked =>
            {
                var (lane, at) = asked;
                return WhyNot(lane, now) is { } refusal ? LaneMove.Refused(lane, refusal)
                    : !starts.TryGetValue(lane, out var start) || !ends.TryGetValue(lane, out var end) ? LaneMove.Refused(lane,
                        $"source: where {lane} begins and ends cannot be looked up")
                    : topics[lane.Topic].Id == Guid.Empty
                        ? LaneMove.Refused(lane,
                            "source: its brokers give topics no ids (Kafka before 2.8): at the next start a position that was moved could "
                                + "not be told from one of a topic that was created anew")
                    : Planned(lane, at, (start, end), now);
            }),
        ];
    }

    private static LaneMove Planned(TopicPartition lane, long asked, (long Start, long End) log, Seen now)
    {
        var to = asked switch
        {
            OffsetSpec.Earliest => log.Start,
            OffsetSpec.Latest => log.End,
            _ => asked,
        };
        return to < log.Start || to > log.End
            ? LaneMove.Refused(lane, $"source: offset {to} is not in the log of {lane}, which begins at {log.Start} and ends at {log.End}")
            : new LaneMove(lane) { From = now.Halted(lane)?.Position ?? now.Lanes[lane]!.Position.Offset, To = to };
    }

    /// <summary>Why a lane cannot be moved, wherever to; null where it can.</summary>
    private string? WhyNot(TopicPartition lane, Seen now) =>
        !now.Lanes.TryGetValue(lane, out var open) ? $"this process does not mirror {lane}: ask the one that does, if there is one"
        : KeepsOffsets(lane.Topic) ? $"records of {lane} keep their offsets: it goes on where the target ends"
        : now.Halted(lane) is not null ? null
        : !suspended.Has(lane) ? $"{lane} is not paused: pause it, or its topic or flow, before"
        : open is null ? $"{lane} is not open yet; ask again when it is"
        : !open.Snapshot().IsSettled ? $"records of {lane} are in flight still; ask again in a moment"
        : null;

    /// <summary>What cannot be kept is not done.</summary>
    private async Task DecideAsync(IReadOnlyList<LaneMove> moves, CancellationToken ct)
    {
        var now = Now();
        List<(TopicPartition Lane, LaneDecision? Before)> former = [];
        foreach (var move in moves)
        {
            var decision = now.Halted(move.Lane) is { } halt
                ? halt with { ResumeAt = move.To }
                : LaneDecision.Moved(move.From!.Value, move.To!.Value, scope.Time.GetUtcNow());
            former.Add((move.Lane, ledger.Decide(move.Lane, decision)));
        }

        try
        {
            await Keep(ct);
        }
        catch
        {
            former.ForEach(lane => ledger.Decide(lane.Lane, lane.Before));
            throw;
        }
    }

    /// <summary>Whether they stand where they are to, and that is stored; false when the caller waits no longer.</summary>
    private async Task<bool> StoredAsync(IReadOnlyList<LaneMove> moves, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _looked, looked);
                if (AreThere(moves))
                {
                    break;
                }

                await looked.Task.WaitHereAsync(ct);
            }

            return (await Settling.AllAsync(slots.Select(slot => slot.Positions.Rounds.RunNowAsync(ct)))).All(done => done);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Volatile.Write(ref _looked, null);
        }
    }

    private bool AreThere(IReadOnlyList<LaneMove> moves)
    {
        var now = Now();
        return moves.All(move => !now.Decided.ContainsKey(move.Lane) && now.Lanes.GetValueOrDefault(move.Lane) is { } lane
            && lane.Start == move.To);
    }

    private Seen Now()
    {
        Dictionary<TopicPartition, Lane?> lanes = [];
        foreach (var slot in slots)
        {
            foreach (var lane in slot.Lanes.Owned)
            {
                lanes.TryAdd(lane, null);
            }

            foreach (var lane in slot.Lanes.Open)
            {
                lanes[lane.Plan.Source] = lane;
            }
        }

        return new Seen(lanes, ledger.Lanes);
    }

    [LoggerMessage(EventIds.PositionMoved, LogLevel.Warning,
        "lane {Topic}-{Partition} goes on at offset {Offset} in place of {From}, as an operator says; source offsets that are passed over: "
            + "{Skipped}, mirrored once more: {Repeated}")]
    private static partial void LogMoved(ILogger logger, string topic, int partition, long offset, long from, long skipped, long repeated);

    /// <summary>How lanes stand at one moment.</summary>
    /// <param name="Lanes">Those that this process has; null of one that is not open.</param>
    /// <param name="Decided">Those that do not simply go on.</param>
    private sealed record Seen(Dictionary<TopicPartition, Lane?> Lanes, IReadOnlyDictionary<TopicPartition, LaneDecision> Decided)
    {
        /// <summary>What halted it; null of a lane that runs.</summary>
        public LaneDecision? Halted(TopicPartition lane) =>
            Decided.TryGetValue(lane, out var decision) && decision.ResumeAt is null ? decision : null;
    }
}
