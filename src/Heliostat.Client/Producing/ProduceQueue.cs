using System.Diagnostics;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>
/// The batches of one target partition from being enqueued to being acknowledged, and all decisions about sequences and retries. No
/// network, no lock: its owner calls it from one thread at a time.
/// <list type="bullet">
/// <item>A. Batches are sent, and given up as acknowledged, in the order in which they were enqueued.</item>
/// <item>B. In flight is one contiguous run on one connection, no longer than the broker remembers, answered in order.</item>
/// <item>C. A batch keeps producer id, epoch and sequence until a new epoch begins for the whole queue; sequences adjoin.</item>
/// <item>D. After a failure nothing is sent until the run in flight is answered or lost.</item>
/// <item>E. Until the connection has acknowledged something of this epoch, one batch is in flight: a leader that knows nothing of a
/// producer takes any sequence, so it could take a second batch after it did not take the first.</item>
/// <item>F. When the leader finds a gap before the first batch, it may have taken it and forgotten: after a clean restart it knows only the
/// last batch of a producer. Before a new epoch begins, each batch that may be appended is offered again, one by one, under its old
/// sequence; one that is known proves all before it appended. Only when all are gaps is nothing appended, and nothing sent twice.</item>
/// <item>G. A leader that forgot the producer altogether takes a repeated batch twice. Brokers age producers by the timestamps of their
/// batches, so one that restarts forgets who sends records older than producer.id.expiration.ms. It cannot be prevented from here, but it
/// is seen: the target offset jumps. So it does when another producer writes to the partition: what stands there tells who
/// (<see cref="JumpLoop"/>).</item>
/// <item>H. Bytes in flight are neither changed nor given back.</item>
/// <item>T. In transactions there is one epoch for all partitions, so the queue never begins another: where it would, or where it would
/// drop a batch that may be appended, the transaction is lost. A refused batch is neither, and what comes after a restart takes its
/// sequence. G cannot happen: a leader does not forget a producer whose transaction is open, and a transaction opens with the batch.</item>
/// <item>U. Within a term (<see cref="IProducerTerm"/>) epochs are given out by the coordinator and never made up: the next one might be
/// that of whoever took the id over. Who is fenced there is so for good. There are 32,767 of them: a batch that was refused, and none of
/// which may be appended, costs none (as in T).</item>
/// <item>W. A leader whose log ends before what was acknowledged is sent nothing: whatever stood there then would come once more behind
/// what has to come first (<see cref="ProducerPartition"/> asks each leader epoch for its end).</item>
/// <item>V. Without producer ids (<see cref="ProducerIdentity.Unnumbered"/>) one batch is in flight, which keeps their order; one whose
/// answer was lost may be stored twice.</item>
/// </list>
/// </summary>
internal sealed class ProduceQueue(ProducerOptions options, BackOff backOff, TimeProvider time)
{
    private readonly BatchRing _batches = new();
    private readonly LeaderTrust _trust = new(time);
    private readonly ProduceTrouble _trouble = new(backOff, time);
    private readonly bool _transactional = options.TransactionalId is not null;

    /// <summary>The run in flight: places counted from the oldest batch.</summary>
    private int _runFirst;
    private int _run;
    private object? _runOn;

    private int _next;
    private int _nextSequence;

    /// <summary>What to do once the run is answered (D); <see cref="ProduceVerdict.Appended"/> while nothing failed.</summary>
    private ProduceVerdict _failure;

    /// <summary>Batches from the oldest on that were found to be behind a gap, on one connection, one after the other (F).</summary>
    private int _gaps;
    private bool _unsure;

    /// <summary>What it was halted with may be appended.</summary>
    private bool _leavesSomething;

    /// <summary>Its epochs are those of a term (U).</summary>
    public bool IsInTerm { get; init; }

    public int Count => _batches.Count;

    public int InFlight => _run;

    /// <summary>Where the next batch is to stand (G, W).</summary>
    public TargetEnd End { get; } = new();

    /// <summary>Bytes of all batches held.</summary>
    public long Bytes => _batches.Bytes;

    public ProducerIdentity Identity { get; private set; } = ProducerIdentity.None;

    public ProducerPartitionStatus Status { get; private set; }

    /// <summary>Why it waits or is halted; NONE when all is well.</summary>
    public ErrorCode Cause => _trouble.Cause;

    public string? Message => _trouble.Message;

    /// <summary>When it goes on after a failure, in timestamps of the clock.</summary>
    public long RetryAt => _trouble.RetryAt;

    /// <summary>Takes the batch over; false when it is halted or closed: the caller still owns it.</summary>
    public bool TryEnqueue(in ProduceBatch batch)
    {
        if (Status != ProducerPartitionStatus.Ready) return false;

        _batches.Add(batch);
        return true;
    }

    /// <summary>Something is to be sent, now or at <see cref="RetryAt"/>.</summary>
    public bool WantsToSend => MaySend(_trust.IsNone ? 1 : options.MaxInFlight);

    /// <summary>What <see cref="Send"/> would send was sent before.</summary>
    public bool NextIsAgain => _next < Count && At(_next).Sequenced;

    /// <summary>Of something that was sent it is not known yet what became of it.</summary>
    public bool IsUnresolved => _run > 0 || (Count > 0 && At(0).Sequenced);

    /// <summary>It is halted, and of what it dropped something may be appended.</summary>
    public bool HasDroppedUnresolved => Status == ProducerPartitionStatus.Halted && _leavesSomething;

    /// <summary>The sequence of the next batch that is sent for the first time.</summary>
    public int NextSequence => _nextSequence;

    /// <summary>The wait after the last failure is not over.</summary>
    public bool IsWaiting => _trouble.IsWaiting;

    /// <summary>The bytes of the batch that <see cref="Send"/> would send.</summary>
    public int NextBytes => At(_next).Batch.Bytes.Length;

    /// <summary>The next batch may go on <paramref name="connection"/> now; what another one told is not built on (F).</summary>
    public bool CanSend(object connection, int maxInFlight)
    {
        if (_gaps > 0 && _run == 0 && !ReferenceEquals(_runOn, connection)) StartOver();

        return MaySend(Trusts(connection) ? Math.Min(maxInFlight, options.MaxInFlight) : 1) && !IsWaiting;
    }

    /// <summary>Puts the next batch in flight on <paramref name="connection"/>; <see cref="CanSend"/> must hold.</summary>
    public ProduceTurn Send(object connection)
    {
        Debug.Assert(_failure == ProduceVerdict.Appended, "D");
        ref var entry = ref At(_next);
        var again = entry.Sequenced;
        if (!again)
        {
            entry.Sequenced = true;
            entry.Sequence = _nextSequence;
            _nextSequence = ProducerIdentity.Advance(_nextSequence, entry.Batch.RecordCount);
        }

        if (_run == 0)
        {
            if (!Trusts(connection)) _trust.Lose();
            _runFirst = _next;
            _runOn = connection;
        }

        _run++;
        _next++;
        _trouble.StopWaiting();
        CheckInvariants();
        return new ProduceTurn(entry.Batch.Bytes, Identity, entry.Sequence, again);
    }

    /// <summary>The answer to the oldest batch in flight, NETWORK_EXCEPTION for none. What it acknowledged is then to be taken.</summary>
    public ProduceStep Answered(ErrorCode code, long baseOffset, string? message)
    {
        var place = _runFirst++;
        _run--;
        if (Status == ProducerPartitionStatus.Closed)
        {
            return Settle();
        }

        switch (ProduceVerdicts.Of(code, _transactional))
        {
            case ProduceVerdict.Appended:
                TakeAppended(place, baseOffset);
                break;
            case ProduceVerdict.Gap:
                TakeGap(place, code, message);
                break;
            case ProduceVerdict.Retry:
                At(place).MayBeAppended = true;
                if (_failure is ProduceVerdict.Appended or ProduceVerdict.Gap) Fail(ProduceVerdict.Retry, code, message);
                break;
            case ProduceVerdict.Refused when place > 0 && place == _gaps:
                // Whether an earlier sending of it was appended can no longer be asked.
                _unsure |= At(place).MayBeAppended;
                TakeGap(place, code, message);
                break;
            case var definite:
                // Behind another failure it proves nothing: the leader will say it again when the batch comes first.
                if (_failure == ProduceVerdict.Appended) Fail(place == 0 ? definite : ProduceVerdict.Retry, code, message);
                break;
        }

        return _failure != ProduceVerdict.Appended && _run == 0 ? Settle() : ProduceStep.Continue;
    }

    /// <summary>The oldest batch, when the target holds it and its bytes are not in flight. The caller owns its frame.</summary>
    public bool TryTakeAcknowledged(out ProduceBatch batch, out long baseOffset, out ProduceJump jump)
    {
        if (Count == 0 || !At(0).Appended || (_run > 0 && _runFirst == 0) || Status == ProducerPartitionStatus.Closed)
        {
            batch = default;
            baseOffset = -1;
            jump = default;
            return false;
        }

        ref var entry = ref At(0);
        jump = End.JumpTo(entry);
        batch = entry.Batch;
        baseOffset = entry.BaseOffset;
        _batches.RemoveFirst();
        _next = Math.Max(_next - 1, 0);
        _runFirst = Math.Max(_runFirst - 1, 0);
        CheckInvariants();
        return true;
    }

    /// <summary>Nothing could be sent (no leader, no connection): waits and tries again.</summary>
    public void PutOff(ErrorCode code, string? message)
    {
        _trouble.Note(code, message);
        _trouble.Wait();
    }

    /// <summary>Another leader, or it is known again: what was put off may go at once, but the leader is not trusted yet (E).</summary>
    public void Moved()
    {
        _trust.Lose();
        _trouble.StopWaiting();
    }

    /// <summary>Begins a producer id and epoch, or goes on in them where a queue before this ended: all is numbered anew.</summary>
    public void Assign(ProducerIdentity identity, int nextSequence = 0)
    {
        Identity = identity;
        _nextSequence = nextSequence;
        StartOver();
        _trust.Lose();
        for (var i = 0; i < Count; i++)
        {
            ref var entry = ref At(i);
            entry = new BatchRing.Entry { Batch = entry.Batch };
        }
    }

    /// <summary>The log ends so under a new leader: refuses all where that is before what was acknowledged (W).</summary>
    public ProduceStep LedFrom(long end, int leaderEpoch, TopicPartition partition) =>
        end >= End.Next ? ProduceStep.Continue
            : RefuseCut(end, $"the log of {partition} ends at offset {end} since leader epoch {leaderEpoch}");

    /// <summary>Refuses the oldest batch when it waited longer than the delivery timeout and nothing is in flight.</summary>
    public ProduceStep Expire()
    {
        if (options.DeliveryTimeout == Timeout.InfiniteTimeSpan || Status != ProducerPartitionStatus.Ready || Count == 0 || _run > 0
            || time.GetElapsedTime(At(0).Batch.EnqueuedAt) < options.DeliveryTimeout)
        {
            return ProduceStep.Continue;
        }

        var why = Cause == ErrorCode.None ? null : $"; last failure: {Message ?? Cause.Name()}";
        return Halt(ErrorCode.RequestTimedOut,
            $"not acknowledged within the delivery timeout of {options.DeliveryTimeout.TotalSeconds:0.###} s{why}");
    }

    /// <summary>Refuses the oldest batch, unless something is in flight or nothing is queued.</summary>
    public ProduceStep RefuseAll(ErrorCode code, string? message) =>
        Status != ProducerPartitionStatus.Ready || Count == 0 || _run > 0 ? ProduceStep.Continue : Halt(code, message);

    /// <summary>Drops all and takes nothing until <see cref="Restart"/>; nothing may be in flight. Or loses the transaction (T).</summary>
    public ProduceStep Halt(ErrorCode code, string? message)
    {
        _trouble.Note(code, message);
        _trouble.StopWaiting();
        _leavesSomething = _batches.AnyMayBeAppended();
        if (_transactional && _leavesSomething) return Lose();
        if (KeepsEpoch && IsUnresolved) _nextSequence = At(0).Sequence;

        _batches.DropFrom(0);
        Status = ProducerPartitionStatus.Halted;
        _failure = ProduceVerdict.Appended;
        return ProduceStep.Halt;
    }

    /// <summary>
    /// Takes batches again, in a new epoch: what was dropped may still be under way on a lost connection, and is fenced by it. Where
    /// nothing such was dropped, in transactions and within a term, the epoch goes on (T, U). False when it was not halted.
    /// </summary>
    public bool Restart()
    {
        if (Status != ProducerPartitionStatus.Halted) return false;

        Status = ProducerPartitionStatus.Ready;
        _trouble.Recover();
        StartOver();
        if (!KeepsEpoch) Assign(Next());
        return true;
    }

    /// <summary>Drops what was never sent in this epoch; gives the source offset of the first such batch, or -1.</summary>
    public long DropUnsent()
    {
        var first = _next;
        while (first < Count && At(first).Sequenced) first++;
        if (first >= Count) return -1;

        var offset = At(first).Batch.FirstSourceOffset;
        _batches.DropFrom(first);
        return offset;
    }

    /// <summary>Takes nothing more and drops all but what is in flight, which goes when it is answered.</summary>
    public void Close()
    {
        Status = ProducerPartitionStatus.Closed;
        _batches.DropFrom(_run == 0 ? 0 : _runFirst + _run);
    }

    /// <summary>A batch that was sent and waits to be sent again, when one lies there.</summary>
    public bool TryPeekUnresolved(int place, out ProduceBatch batch)
    {
        var there = _run == 0 && place < Count && At(place).Sequenced;
        batch = there ? At(place).Batch : default;
        return there;
    }

    /// <summary>Replaces the bytes of a batch by a copy of them; false when it is not there any more.</summary>
    public bool TryReplace(int place, in ProduceBatch old, in ProduceBatch copy)
    {
        if (_run > 0 || place >= Count || !At(place).Batch.Bytes.Equals(old.Bytes)) return false;

        At(place).Batch = copy;
        return true;
    }

    private void TakeAppended(int place, long baseOffset)
    {
        ref var entry = ref At(place);
        entry.Appended = true;
        entry.BaseOffset = baseOffset;
        if (_gaps > 0 && place == _gaps && _failure is ProduceVerdict.Appended or ProduceVerdict.Gap)
        {
            if (!ProvesThoseBefore(place))
            {
                // The leader forgot the producer in between, and took this one without those before it. Settled as a new epoch.
                Fail(ProduceVerdict.Gap, Cause, Message);
                return;
            }

            // F: the leader knows this one, so it took those before it and forgot them.
            for (var i = 0; i < place; i++)
            {
                At(i).Appended = true;
                At(i).BaseOffset = -1;
            }

            _failure = ProduceVerdict.Appended;
        }

        if (_failure != ProduceVerdict.Appended) return;

        _gaps = 0;
        _unsure = false;
        _trust.Acknowledged(_runOn);
        _trouble.Recover();
    }

    private void TakeGap(int place, ErrorCode code, string? message)
    {
        if (place == _gaps && _failure is ProduceVerdict.Appended or ProduceVerdict.Gap)
        {
            _gaps++;
            Fail(ProduceVerdict.Gap, code, message);
        }
        else if (_failure == ProduceVerdict.Appended)
        {
            Fail(ProduceVerdict.Retry, code, message);
        }
    }

    private void Fail(ProduceVerdict verdict, ErrorCode code, string? message)
    {
        _failure = verdict;
        _trouble.Note(code, message);
    }

    private ProduceStep Settle()
    {
        var failure = _failure;
        _trust.Lose();
        if (Status == ProducerPartitionStatus.Closed)
        {
            if (_run == 0) _batches.DropFrom(0);
            return ProduceStep.Continue;
        }

        if (failure == ProduceVerdict.Gap && _gaps < Count && At(_gaps) is { MayBeAppended: true, Appended: false })
        {
            _next = _gaps;
            _failure = ProduceVerdict.Appended;
            return ProduceStep.Continue;
        }

        var appended = _batches.FirstAppended();
        var unsure = _unsure || appended >= 0 || (failure == ProduceVerdict.Fenced && At(0).MayBeAppended);
        if (_transactional && failure is ProduceVerdict.Gap or ProduceVerdict.Fenced) return Lose();
        if (IsInTerm && failure == ProduceVerdict.Fenced) return ProduceStep.TermLost;

        _failure = ProduceVerdict.Appended;
        StartOver();
        if (failure == ProduceVerdict.Refused) return Halt(Cause, Message);

        // Sent again it would stand behind what was acknowledged, and nobody would see what is missing.
        if (appended >= 0 && At(appended).BaseOffset is >= 0 and var offset && offset < End.Next)
        {
            return RefuseCut(offset, $"the leader took a batch at offset {offset}");
        }

        if (failure != ProduceVerdict.Fenced && _trouble.CountRetry() > options.Retries)
        {
            Halt(Cause, $"given up after {options.Retries} retries (retries); last failure: {Message ?? Cause.Name()}");
            return ProduceStep.Halt;
        }

        _trouble.Wait();
        if (failure == ProduceVerdict.Retry) return ProduceStep.Retry;

        Assign(failure == ProduceVerdict.Fenced ? ProducerIdentity.None : Next());
        return Identity.IsNone && !IsInTerm ? ProduceStep.NewProducerId : unsure ? ProduceStep.NewEpochUnsure : ProduceStep.NewEpoch;
    }

    private bool KeepsEpoch => _transactional || (IsInTerm && !_leavesSomething);

    /// <summary>The next epoch; none where it has to be asked for.</summary>
    private ProducerIdentity Next() => IsInTerm ? ProducerIdentity.None : Identity.Next();

    /// <summary>Nothing is sent any more (T): the failure stays.</summary>
    private ProduceStep Lose()
    {
        _failure = ProduceVerdict.Fenced;
        return ProduceStep.TransactionLost;
    }

    private bool MaySend(int window) =>
        Status == ProducerPartitionStatus.Ready
        && _failure == ProduceVerdict.Appended
        && !Identity.IsNone
        && _next < Count
        && _run < (Identity.IsUnnumbered ? 1 : window);

    private bool Trusts(object connection) => _trust.Has(connection, isInFlight: _run > 0);

    /// <summary>All before it may be appended too, and fit in the log between the last acknowledged batch and this one.</summary>
    private bool ProvesThoseBefore(int place)
    {
        var start = End.Next;
        for (var i = 0; i < place; i++)
        {
            if (!At(i).MayBeAppended) return false;

            start += At(i).Batch.RecordCount;
        }

        return At(place).MayBeAppended && (End.Next < 0 || At(place).BaseOffset < 0 || At(place).BaseOffset >= start);
    }

    /// <summary>Sends from the oldest batch again.</summary>
    private void StartOver()
    {
        _next = 0;
        _gaps = 0;
        _unsure = false;
    }

    /// <summary>The target's log ended before what was acknowledged (W).</summary>
    private ProduceStep RefuseCut(long end, string found)
    {
        var step = RefuseAll(ErrorCode.OffsetOutOfRange, $"{found}, and {End.Next - 1} was acknowledged");
        if (step != ProduceStep.Continue) End.CutAt(end);
        return step;
    }

    [Conditional("DEBUG")]
    private void CheckInvariants()
    {
        Debug.Assert(_run == 0 || _runFirst + _run == _next, "B");
        Debug.Assert(_run <= Math.Max(1, options.MaxInFlight), "B");
        for (var i = 1; i < Count; i++)
        {
            Debug.Assert(!At(i).Sequenced || (At(i - 1).Sequenced
                && At(i).Sequence == ProducerIdentity.Advance(At(i - 1).Sequence, At(i - 1).Batch.RecordCount)), "C");
        }
    }

    private ref BatchRing.Entry At(int place) => ref _batches[place];
}
