using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Sharing;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// The terms of this worker's slots (<see cref="ProducerTerm"/>): each slot has a transactional id, and what its lanes write carries the producer id and an epoch of it. So a former owner is refused by the
/// target's brokers, however late its last batches come.
/// <list type="bullet">
/// <item>A. The term is taken before anything is read of what the slot's former owner left, and a lane writes under it only.</item>
/// <item>B. A lane whose former owner may have something under way is fenced before it is looked where the target ends. One that is owed nothing by the source has nothing under way; neither has one
/// whose slot was given up in good order, in the term before this one (<see cref="SlotMark"/>).</item>
/// <item>C. Where the target gives no term, or not soon, or a marker cannot be written, the lane goes on under the group's lease alone: somebody hears of it.</item>
/// </list>
/// Thread-safe.
/// </summary>
/// <param name="slots">Which lane is in which slot.</param>
/// <param name="make">The term of a slot, not taken yet.</param>
/// <param name="marks">What was left in the state topic.</param>
/// <param name="state">Writes the state topic.</param>
/// <param name="worker">How its operator knows this worker.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class SlotTerms(LaneSlots slots, Func<int, ProducerTerm> make, SlotMarks marks, PartitionAppender state, string worker, FlowScope scope)
{
    /// <summary>A target that has never had a transaction makes its topic for them first.</summary>
    private static readonly TimeSpan PatienceToTake = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PatienceToFence = TimeSpan.FromSeconds(5);

    /// <summary>A coordinator forgets an id without transactions after a week (<c>transactional.id.expiration.ms</c>).</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<int, ProducerTerm> _terms = new();
    private readonly ConcurrentDictionary<TopicPartition, ProducerTerm> _fenced = new();
    private volatile bool _isRefused;

    /// <summary>Where the source ends, as far as it tells now.</summary>
    public Func<IReadOnlyCollection<TopicPartition>, CancellationToken, Task<Dictionary<TopicPartition, long>>> SourceEnds { private get; set; } =
        static (_, _) => Task.FromResult(new Dictionary<TopicPartition, long>());

    /// <summary>What a lane writes under; null where its slot has no term.</summary>
    public ProducerTerm? Of(TopicPartition lane) => _terms.GetValueOrDefault(slots.Of(lane));

    /// <summary>These slots are this worker's from now on.</summary>
    public async Task TakeAsync(IReadOnlyCollection<int> coming, CancellationToken ct)
    {
        if (_isRefused)
        {
            return;
        }

        using var late = new CancellationTokenSource(PatienceToTake, scope.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var taken = coming.Where(slot => slot < slots.Count).ToList();
        var failures = await Settling.AllAsync(taken.Select(slot => TakeAsync(slot, either.Token)));
        ct.ThrowIfCancellationRequested();
        if (Array.Find(failures, failure => failure is not null) is { } cause)
        {
            _isRefused = _terms.IsEmpty;
            LogLease(scope.Logger, taken.Count - _terms.Count, cause is OperationCanceledException ? $"no answer within {PatienceToTake.TotalSeconds:0} s" : cause.Message);
        }
    }

    /// <summary>Nobody but this worker writes to the target of these lanes any more, as far as that is in doubt.</summary>
    /// <param name="lanes">Which are about to go on, with the next source offset and the place on the target of each.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaErrorException">Somebody else has a slot by now.</exception>
    public async Task FenceAsync(IReadOnlyDictionary<TopicPartition, (long Next, TopicPartition Target)> lanes, CancellationToken ct)
    {
        var doubtful = lanes.Keys.Where(IsDoubtful).ToList();
        if (doubtful.Count == 0)
        {
            return;
        }

        var ends = await SourceEnds(doubtful, ct);
        await Settling.AllAsync(doubtful.Where(lane => !ends.TryGetValue(lane, out var end) || end > lanes[lane].Next).GroupBy(slots.Of)
            .Select(slot => FenceAsync(_terms[slot.Key], [.. slot], lanes, ct)));
    }

    /// <summary>Lanes of these slots were given back, or closed with something under way: the next owner is told which.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<int> given, CancellationToken ct)
    {
        List<KeyedRecord> clean = [];
        foreach (var slot in given)
        {
            if (_terms.TryRemove(slot, out var term) && !term.MayHaveLeftSomething)
            {
                clean.Add(new SlotMark(slot, term.ProducerId, term.Epoch, worker).Write());
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

    /// <summary>All slots that have a term.</summary>
    public IReadOnlyCollection<int> Held => [.. _terms.Keys];

    /// <summary>Keeps the coordinator from forgetting the ids.</summary>
    public async Task RunAsync(TopicPartition anywhere, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(SignOfLife, scope.Time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var term in _terms.Values)
            {
                await TryFenceAsync(term, [anywhere], ct);
            }
        }
    }

    private async Task<Exception?> TakeAsync(int slot, CancellationToken ct)
    {
        _terms.TryRemove(slot, out _);
        var term = make(slot);
        try
        {
            await term.TakeAsync(ct);
            _terms[slot] = term;
            return null;
        }
        catch (Exception failure) when (failure is OperationCanceledException || ClientFailure.IsExpected(failure))
        {
            return failure;
        }
    }

    /// <summary>Whoever wrote to the lane's target before under the id of its slot may have something under way.</summary>
    private bool IsDoubtful(TopicPartition lane) => slots.Of(lane) is var slot && _terms.TryGetValue(slot, out var term)
        && term.Epoch > 0 && marks.Of(slot)?.IsFollowedBy(term.ProducerId, term.Epoch) != true
        && _fenced.GetValueOrDefault(lane) != term;

    private async Task FenceAsync(ProducerTerm term, List<TopicPartition> some, IReadOnlyDictionary<TopicPartition, (long Next, TopicPartition Target)> lanes, CancellationToken ct)
    {
        if (await TryFenceAsync(term, [.. some.Select(lane => lanes[lane].Target)], ct) is { } cause)
        {
            LogNotFenced(scope.Logger, some.Count, cause);
            return;
        }

        foreach (var lane in some)
        {
            _fenced[lane] = term;
        }
    }

    private static async Task<string?> TryFenceAsync(ProducerTerm term, IReadOnlyCollection<TopicPartition> targets, CancellationToken ct)
    {
        try
        {
            await term.FenceAsync(targets, PatienceToFence, ct);
            return null;
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure) && failure is not KafkaErrorException { Code: ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.InvalidProducerIdMapping })
        {
            return failure.Message;
        }
    }

    [LoggerMessage(EventIds.WorkerLease, LogLevel.Warning, "slots without a transactional id: {Count}, as the target gives none: {Cause}; what a process that was killed or stood still has under way there can come twice (heliostat.fence = lease asks for none)")]
    private static partial void LogLease(ILogger logger, int count, string cause);

    [LoggerMessage(EventIds.WorkerNotFenced, LogLevel.Warning, "lanes whose former owner is not fenced on the target: {Count}: {Cause}; what it still has under way can come twice")]
    private static partial void LogNotFenced(ILogger logger, int count, string cause);
}
