using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Sharing;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// The terms of this worker's slots (<see cref="ProducerTerm"/>): each slot has a transactional id, and what its lanes write carries the
/// producer id and an epoch of it. So a former owner is refused by the target's brokers, however late its last batches come.
/// <list type="bullet">
/// <item>A. The term is taken before anything is read of what the slot's former owner left, and a lane writes under it only.</item>
/// <item>B. A lane whose former owner may have something under way is fenced before it is looked where the target ends. One that is owed
/// nothing by the source has nothing under way; neither has one whose slot was given up in good order, in the term before this one
/// (<see cref="SlotMark"/>).</item>
/// <item>C. Where the target gives no term, or not soon, or a marker cannot be written, the lane goes on under the group's lease alone:
/// somebody hears of it.</item>
/// <item>D. A slot is given up in good order only if nothing of a former owner is in doubt any more in any of its lanes: a mark speaks for
/// all before it.</item>
/// <item>E. A fence that failed is tried again until the coordinator has ended its transaction: it would abort that after a minute under a
/// next epoch, which fences this worker itself.</item>
/// <item>F. Who has lost a term that it still holds ends (<see cref="RunAsync"/>): its lanes would wait for ever.</item>
/// </list>
/// Thread-safe.
/// </summary>
/// <param name="slots">Which lane is in which slot.</param>
/// <param name="make">The term of a slot, not taken yet.</param>
/// <param name="marks">What was left in the state topic.</param>
/// <param name="state">Writes the state topic.</param>
/// <param name="worker">How its operator knows this worker.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class SlotTerms(LaneSlots slots, Func<int, ProducerTerm> make, SlotMarks marks, PartitionAppender state,
    string worker, FlowScope scope) : ISlotTerms
{
    /// <summary>A target that has never had a transaction makes its topic for them first.</summary>
    private static readonly TimeSpan PatienceToTake = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PatienceToFence = TimeSpan.FromSeconds(5);

    /// <summary>A coordinator forgets an id without transactions after a week (<c>transactional.id.expiration.ms</c>).</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromDays(1);

    /// <summary>How long a target that gives no terms is not asked for one.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan EndAgain = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, Taken> _terms = new();

    /// <summary>Whose transaction may be open.</summary>
    private readonly ConcurrentDictionary<int, Taken> _unended = new();

    /// <summary>Lanes of slots in doubt in which nothing is, in which term.</summary>
    private readonly ConcurrentDictionary<TopicPartition, Taken> _settled = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _refusedAt;

    /// <summary>Where the source certainly reaches, as far as it tells now.</summary>
    public Func<IReadOnlyCollection<TopicPartition>, CancellationToken, Task<Dictionary<TopicPartition, long>>> SourceEnds
    {
        private get;
        set;
    } = static (_, _) => Task.FromResult(new Dictionary<TopicPartition, long>());

    /// <summary>All lanes that the flow mirrors under terms; null while not all are known.</summary>
    public Func<IEnumerable<TopicPartition>?> Lanes { private get; set; } = static () => null;

    /// <summary>Asks why the target gives no terms at all; null where it may.</summary>
    public Func<CancellationToken, Task<string?>> NoneFor { private get; init; } = static _ => Task.FromResult<string?>(null);

    /// <summary>What a lane writes under; null where its slot has no term.</summary>
    public ProducerTerm? Of(TopicPartition lane) => _terms.GetValueOrDefault(slots.Of(lane))?.Term;

    public async Task TakeAsync(IReadOnlyCollection<int> coming, CancellationToken ct)
    {
        if (_refusedAt != 0 && scope.Time.GetElapsedTime(_refusedAt) < AskAgain)
        {
            return;
        }

        var taken = coming.Where(slot => slot < slots.Count).ToList();
        if (taken.Count > 0 && _terms.IsEmpty && await NoneFor(ct) is { } never)
        {
            Refused();
            LogLease(scope.Logger, taken.Count, never);
            return;
        }

        using var late = new CancellationTokenSource(PatienceToTake, scope.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var failures = await Settling.AllAsync(taken.Select(slot => TakeAsync(slot, either.Token)));
        ct.ThrowIfCancellationRequested();
        if (Array.Find(failures, failure => failure is not null) is { } cause)
        {
            if (_terms.IsEmpty)
            {
                Refused();
            }

            LogLease(scope.Logger, failures.Count(failure => failure is not null),
                cause is OperationCanceledException ? $"no answer within {PatienceToTake.TotalSeconds:0} s" : cause.Message);
        }
    }

    /// <summary>Nobody but this worker writes to the target of these lanes any more, as far as that is in doubt.</summary>
    /// <param name="lanes">Which are about to go on, with the next source offset (null: nothing was ever mirrored of it) and the place on
    /// the target of each.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaErrorException">Somebody else has a slot by now.</exception>
    public async Task FenceAsync(IReadOnlyDictionary<TopicPartition, (long? Next, TopicPartition Target)> lanes, CancellationToken ct)
    {
        // Slots may be given up meanwhile.
        var doubtful = lanes.Keys.Select(lane => (Lane: lane, Slot: slots.Of(lane), Taken: _terms.GetValueOrDefault(slots.Of(lane))))
            .Where(lane => lane.Taken is not null && IsInDoubt(lane.Slot, lane.Taken)
                && _settled.GetValueOrDefault(lane.Lane) != lane.Taken).ToList();
        var begun = doubtful.Where(lane => lanes[lane.Lane].Next is not null).Select(lane => lane.Lane).ToList();
        var ends = begun.Count == 0 ? [] : await SourceEnds(begun, ct);
        var owed = begun.Where(lane => !ends.TryGetValue(lane, out var end) || end > lanes[lane].Next).ToHashSet();
        foreach (var (lane, _, taken) in doubtful.Where(lane => !owed.Contains(lane.Lane)))
        {
            _settled[lane] = taken!;
        }

        await Settling.AllAsync(doubtful.Where(lane => owed.Contains(lane.Lane)).GroupBy(lane => (lane.Slot, lane.Taken))
            .Select(slot => FenceAsync(slot.Key.Slot, slot.Key.Taken!, [.. slot.Select(lane => lane.Lane)], lanes, ct)));
    }

    public async Task ReleaseAsync(IReadOnlyCollection<int> given, CancellationToken ct)
    {
        List<KeyedRecord> clean = [];
        var lanes = Lanes()?.ToLookup(slots.Of);
        foreach (var slot in given)
        {
            if (_terms.TryRemove(slot, out var taken) && !taken.Term.MayHaveLeftSomething
                && (!IsInDoubt(slot, taken) || lanes?[slot].All(lane => _settled.GetValueOrDefault(lane) == taken) == true))
            {
                clean.Add(new SlotMark(slot, taken.Term.ProducerId, taken.Term.Epoch, worker).Write());
            }
        }

        if (clean.Count == 0)
        {
            return;
        }

        try
        {
            using var enough = new CancellationTokenSource(PatienceToFence, scope.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
            await state.AppendAsync(clean, either.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException || ClientFailure.IsExpected(failure))
        {
            // Whoever comes next fences, and finds nothing.
        }
    }

    public IReadOnlyCollection<int> Held => [.. _terms.Keys];

    /// <summary>Ends what fences left open, and keeps the coordinator from forgetting the ids, until cancelled.</summary>
    /// <param name="anywhere">Where a marker does no harm.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaErrorException">Somebody else has one of them by now.</exception>
    public Task RunAsync(TopicPartition anywhere, CancellationToken ct) =>
        LoopEnds.FirstEndsAllAsync([token => SignAsync(anywhere, token), LostAsync], ct);

    private async Task SignAsync(TopicPartition anywhere, CancellationToken ct)
    {
        var signed = scope.Time.GetTimestamp();
        using var timer = new PeriodicTimer(EndAgain, scope.Time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            var isDue = scope.Time.GetElapsedTime(signed) >= SignOfLife;
            signed = isDue ? scope.Time.GetTimestamp() : signed;
            foreach (var (slot, taken) in isDue ? _terms : _unended)
            {
                if (Holds(slot, taken))
                {
                    await TryFenceAsync(slot, taken, [anywhere], ct);
                }
                else
                {
                    _unended.TryRemove(slot, out _);
                }
            }
        }
    }

    private async Task LostAsync(CancellationToken ct) =>
        throw new KafkaErrorException(ErrorCode.ProducerFenced,
            $"{await _lost.Task.WaitHereAsync(ct)}: another process has a slot of this one, which begins anew");

    private void Refused() => _refusedAt = Math.Max(scope.Time.GetTimestamp(), 1);

    private async Task<Exception?> TakeAsync(int slot, CancellationToken ct)
    {
        _terms.TryRemove(slot, out _);
        var term = make(slot);
        try
        {
            await term.TakeAsync(ct);
            _terms[slot] = new Taken(term, term.Epoch);
            return null;
        }
        catch (Exception failure) when (failure is OperationCanceledException || ClientFailure.IsExpected(failure))
        {
            return failure;
        }
    }

    /// <summary>Whoever wrote before under the id of the slot may have something under way.</summary>
    private bool IsInDoubt(int slot, Taken taken) =>
        taken.First > 0 && marks.Of(slot)?.IsFollowedBy(taken.Term.ProducerId, taken.First) != true;

    private bool Holds(int slot, Taken taken) => _terms.GetValueOrDefault(slot) == taken;

    private async Task FenceAsync(
        int slot, Taken taken, List<TopicPartition> some, IReadOnlyDictionary<TopicPartition, (long? Next, TopicPartition Target)> lanes,
        CancellationToken ct)
    {
        var (cause, left) = await TryFenceAsync(slot, taken, [.. some.Select(lane => lanes[lane].Target)], ct);
        var open = cause is null ? some.FindAll(lane => left.ContainsKey(lanes[lane].Target)) : some;
        foreach (var lane in some.Except(open))
        {
            _settled[lane] = taken;
        }

        if (open.Count > 0 && Holds(slot, taken))
        {
            LogNotFenced(scope.Logger, open.Count, cause ?? Cause(left));
        }
    }

    private static string Cause(IReadOnlyDictionary<TopicPartition, ErrorCode> left) =>
        string.Join(", ", left.Select(one => $"{one.Key.Topic}: {one.Value.Name()}").Distinct().Take(3));

    /// <summary>Why there may be markers that do not stand; null when all do, but those of partitions that are refused.</summary>
    private async Task<(string? Cause, IReadOnlyDictionary<TopicPartition, ErrorCode> Refused)> TryFenceAsync(
        int slot, Taken taken, IReadOnlyCollection<TopicPartition> targets, CancellationToken ct)
    {
        try
        {
            var refused = await taken.Term.FenceAsync(targets, PatienceToFence, ct);
            _unended.TryRemove(slot, out _);
            return (null, refused);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            // Who has given the slot up has nothing to lose.
            if (failure is KafkaErrorException
                {
                    Code: ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch
                or ErrorCode.InvalidProducerIdMapping
                } && Holds(slot, taken))
            {
                _lost.TrySetResult(failure.Message);
                throw;
            }

            _unended[slot] = taken;
            return (failure.Message, new Dictionary<TopicPartition, ErrorCode>());
        }
    }

    [LoggerMessage(EventIds.WorkerLease, LogLevel.Warning,
        "slots without a transactional id: {Count}, as the target gives none: {Cause}; what a process that was killed or stood still has "
            + "under way there can come twice (heliostat.fence = lease asks for none)")]
    private static partial void LogLease(ILogger logger, int count, string cause);

    [LoggerMessage(EventIds.WorkerNotFenced, LogLevel.Warning,
        "lanes whose former owner is not fenced on the target: {Count}: {Cause}; what it still has under way can come twice")]
    private static partial void LogNotFenced(ILogger logger, int count, string cause);

    /// <summary>A term of a slot, and the epoch with which it was taken: partitions may have later ones.</summary>
    private sealed record Taken(ProducerTerm Term, short First);
}
