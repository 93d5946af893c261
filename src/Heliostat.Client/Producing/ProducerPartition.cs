namespace Heliostat.Client.Producing;

/// <summary>
/// One target partition of a <see cref="Producer"/>. Thread-safe; batches go in the order in which they are enqueued.
/// <para>
/// Its lock is held for assignments only: the owner of the lane enqueues, the send loop of the leader takes turns and completes them, the
/// leader loop changes the leader. The sink is called without it.
/// </para>
/// <list type="bullet">
/// <item>A. Only the send loop of its <see cref="SendPlace"/> sends, completes and calls the sink.</item>
/// <item>B. It follows a new leader only while nothing is in flight: the old one's answers are in, or its connection is closed.</item>
/// <item>C. Batches get into the topic they were meant for: where another has its name they are refused, UNKNOWN_TOPIC_ID.</item>
/// </list>
/// Locks are taken partition, transaction, and never the other way.
/// </summary>
public sealed class ProducerPartition
{
    private readonly Lock _gate = new();
    private readonly ProduceQueue _queue;
    private readonly IProduceSink _sink;
    private readonly Producer _producer;

    private readonly ITransactionGate? _transaction;
    private readonly SendPlace _place = new();
    private TransactionMembership _membership;

    /// <summary>The newest identity that it had.</summary>
    private ProducerIdentity _used = ProducerIdentity.None;

    /// <summary>The sink is being told what is acknowledged.</summary>
    private bool _isTelling;

    internal ProducerPartition(TopicPartition target, IProduceSink sink, Producer producer, ProduceQueue queue, bool whileHeld = false)
    {
        Target = target;
        _sink = sink;
        _producer = producer;
        _queue = queue;
        _transaction = producer.Transaction;
        IsWhileHeld = whileHeld;
    }

    public TopicPartition Target { get; }

    /// <summary>What it sends is the owner's own, while the transaction is held.</summary>
    internal bool IsWhileHeld { get; }

    /// <summary>Where its epochs come from; null where from the producer.</summary>
    internal IProducerTerm? Term { get; init; }

    /// <summary>Others write to it by design.</summary>
    internal bool IsShared { get; init; }

    /// <summary>Bytes of the batches that are not acknowledged: unsent and in flight.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_gate) return _queue.Bytes;
        }
    }

    /// <summary>Batches that are not acknowledged: unsent and in flight.</summary>
    public int QueuedBatches
    {
        get
        {
            lock (_gate) return _queue.Count;
        }
    }

    /// <summary>The transaction of its producer that it is in, or was in last, counted from 1; 0 where it was in none.</summary>
    public long Transaction => Volatile.Read(ref _membership.Joined);

    /// <summary>The shortest time that its leader took to answer on the connection there is now; zero before the first answer.</summary>
    public TimeSpan RoundTrip => _place.Leader?.RoundTrip ?? TimeSpan.Zero;

    /// <summary>Takes the batch over and never waits. Dropped when the partition is halted or closed, or the producer drains.</summary>
    public void Enqueue(in ProduceBatch batch)
    {
        BrokerSendLoop? loop = null;
        var ticket = 0;
        bool taken;
        lock (_gate)
        {
            taken = (IsWhileHeld || !_producer.IsDraining) && _queue.TryEnqueue(batch);
            if (taken) loop = GetInLine(out ticket);
        }

        if (!taken) batch.FrameOwned.Dispose();
        loop?.Ready(this, ticket);
    }

    /// <summary>Drops the batches that were never sent: the source offset of the first of them, -1 when there was none.</summary>
    public long DropUnsent()
    {
        long first;
        lock (_gate) first = _queue.DropUnsent();

        _transaction?.Settled();
        TellWhenDrained();
        return first;
    }

    /// <summary>Takes batches again after <see cref="IProduceSink.Refused"/>: the next follows the last that was acknowledged.</summary>
    public void Restart()
    {
        bool needsIdentity;
        lock (_gate)
        {
            _place.Accept();
            needsIdentity = _queue.Restart() && _queue.Identity.IsNone;
        }

        if (needsIdentity) _producer.Identities.Need();
    }

    public ProducerPartitionSnapshot Snapshot()
    {
        lock (_gate)
        {
            var status = _queue.Status == ProducerPartitionStatus.Ready && _queue.Cause != ErrorCode.None
                ? ProducerPartitionStatus.BackingOff
                : _queue.Status;
            var retryAt = _place.Loop is null ? 0 : _queue.RetryAt;
            return new ProducerPartitionSnapshot(status, _queue.Cause, _queue.Message, retryAt, _queue.Count, _queue.Bytes);
        }
    }

    /// <summary>It holds batches and no leader is known, or it cannot go on without a look at the metadata.</summary>
    internal bool WaitsForLeader
    {
        get
        {
            lock (_gate) return _place.Leader is null && _queue.Count > 0;
        }
    }

    internal bool NeedsProducerId
    {
        get
        {
            lock (_gate) return _queue.Identity.IsNone && _queue.Status == ProducerPartitionStatus.Ready;
        }
    }

    internal bool IsEmpty
    {
        get
        {
            lock (_gate) return _queue.Count == 0;
        }
    }

    /// <summary>Metadata that is not older than what is known: a leader epoch never goes back, unless the topic is another one.</summary>
    internal bool IsNews(int leaderEpoch, Guid topicId)
    {
        lock (_gate) return _place.IsNews(leaderEpoch, topicId);
    }

    /// <summary>The epoch its batches carry.</summary>
    internal ProducerIdentity Identity
    {
        get
        {
            lock (_gate) return _queue.Identity;
        }
    }

    /// <summary>The newest identity that it had; none before the first.</summary>
    internal ProducerIdentity Used
    {
        get
        {
            lock (_gate) return _queue.Identity.IsNone ? _used : _queue.Identity;
        }
    }

    /// <summary>What was sent before under <paramref name="used"/> may be under way: it goes on in a later epoch.</summary>
    internal void Follow(ProducerIdentity used)
    {
        lock (_gate) _used = used;
    }

    internal Guid TopicId
    {
        get
        {
            lock (_gate) return _place.TopicId;
        }
    }

    /// <summary>Gives it a producer id; ignored when it has one by now.</summary>
    internal void Assign(ProducerIdentity identity, int nextSequence = 0)
    {
        BrokerSendLoop? loop;
        int ticket;
        lock (_gate)
        {
            if (_queue.Identity.IsNone) _queue.Assign(_used = identity, nextSequence);
            loop = GetInLine(out ticket);
        }

        loop?.Ready(this, ticket);
    }

    /// <summary>The leader is known, or proved to be unknown because of <paramref name="cause"/>.</summary>
    internal void Lead(BrokerSendLoop? leader, int leaderEpoch, Guid topicId, ErrorCode cause, string? message)
    {
        BrokerSendLoop? loop;
        int ticket;
        lock (_gate)
        {
            var moved = _place.Lead(leader, leaderEpoch, topicId);
            if (_queue.InFlight == 0)
            {
                if (leader is null && _queue.Count > 0) _queue.PutOff(cause, message);
                if (moved || !_place.IsAtLeader) Follow();
            }

            loop = GetInLine(out ticket);
        }

        loop?.Ready(this, ticket);
        if (_place.IsAnother) Expire();
    }

    /// <summary>Takes the next batch into flight, when this is the newest ticket and the batch fits in <paramref name="room"/>.</summary>
    internal ProduceTake TryTake(int ticket, IProduceConnection connection, int maxInFlight, int room, out ProduceTurn turn)
    {
        lock (_gate)
        {
            turn = default;
            if (!_place.Keeps(ticket, _queue.WantsToSend)) return ProduceTake.Nothing;

            if (_queue.IsWaiting)
            {
                turn = new ProduceTurn { RetryAt = _queue.RetryAt };
                return ProduceTake.Later;
            }

            if (LooksFirst())
            {
                turn = new ProduceTurn { LeaderEpoch = _place.LeaderEpoch };
                return ProduceTake.Look;
            }

            if (!MayGo() || !_queue.CanSend(connection, maxInFlight))
            {
                _place.LeaveLine();
                return ProduceTake.Nothing;
            }

            if (_queue.NextBytes > room) return ProduceTake.NoRoom;

            turn = _queue.Send(connection) with { TopicId = _place.TopicId };
            _membership.HasSent = true;
            _place.IsSeen(_place.LeaderEpoch);
            if (_queue.CanSend(connection, maxInFlight) && MayGo()) return ProduceTake.TakenWithMore;

            _place.LeaveLine();
            return ProduceTake.Taken;
        }
    }

    /// <summary>The log of the leader of <paramref name="leaderEpoch"/> ends at <paramref name="end"/> (W of the queue).</summary>
    internal void Looked(int leaderEpoch, long end)
    {
        ProduceStep step;
        lock (_gate) step = !_isTelling && _place.IsSeen(leaderEpoch) ? _queue.LedFrom(end, leaderEpoch, Target) : ProduceStep.Continue;

        Conclude(step);
    }

    /// <summary>The answer to its oldest batch in flight: tells the sink what came of it, and gets in line again.</summary>
    internal ProduceStep Complete(ErrorCode code, long baseOffset, string? message)
    {
        ProduceStep step;
        lock (_gate)
        {
            _isTelling = true;
            step = _queue.Answered(code, baseOffset, message);
        }

        while (TryTakeAcknowledged(out var batch, out var offset, out var jump))
        {
            if (!jump.IsNone) _producer.Outcomes.Jumped(this, jump);
            _sink.Acknowledged(batch, offset);
            _producer.Counters.Acknowledged(batch);
            batch.FrameOwned.Dispose();
        }

        lock (_gate) _isTelling = false;

        if (step == ProduceStep.Continue)
        {
            GoOn();
            return step;
        }

        if (step is not (ProduceStep.Halt or ProduceStep.TransactionLost or ProduceStep.TermLost)) step = ExpireOr(step);
        if (step == ProduceStep.Halt) TellRefused();
        else LeaveSharedFrames();
        GoOn();
        return step;
    }

    /// <summary>Nothing can be sent: waits, or expires. Gives the time of the next try; null where a place in line is void (B).</summary>
    internal long? PutOff(ErrorCode code, string? message, int? ticket = null)
    {
        long retryAt;
        lock (_gate)
        {
            if (ticket is { } place && !_place.Keeps(place, _queue.WantsToSend)) return null;
            if (_queue.InFlight > 0 || _queue.Status != ProducerPartitionStatus.Ready) return 0;

            _queue.PutOff(code, message);
            retryAt = _queue.RetryAt;
        }

        LeaveSharedFrames();
        Expire();
        return retryAt;
    }

    /// <summary>Refuses what waited longer than the delivery timeout, unless something is in flight.</summary>
    internal void Expire() => Conclude(ExpireOr(ProduceStep.Continue));

    /// <summary>Refuses the oldest batch, unless something is in flight or nothing is queued.</summary>
    internal void Refuse(ErrorCode code, string? message)
    {
        ProduceStep step;
        lock (_gate)
        {
            if (_isTelling) return;

            step = _queue.RefuseAll(code, message);
        }

        Conclude(step);
    }

    /// <summary>Ends it; what it used last may be followed by the next to be opened.</summary>
    internal ProducerResume Close()
    {
        lock (_gate)
        {
            // Within a term also what was dropped: it may still come.
            var dropped = (_queue.Identity.IsNone && !_used.IsNone) || _queue.HasDroppedUnresolved;
            var unresolved = _queue.IsUnresolved || (Term is not null && dropped);
            _queue.Close();
            return new ProducerResume(_queue.Identity.IsNone && Term is not null ? _used : _queue.Identity, _queue.NextSequence,
                unresolved);
        }
    }

    /// <summary>It is in transaction <paramref name="number"/> now.</summary>
    internal void Join(long number)
    {
        lock (_gate)
        {
            // Its marker, and whatever else, stands between what follows and what was before.
            if (_membership.Joined != number) _queue.End.Forget();
            _membership.Joined = number;
            _membership.HasSent = false;
        }

        GoOn();
    }

    /// <summary>It could not be added to the transaction: waits and asks again.</summary>
    internal void NotJoined(ErrorCode code, string message)
    {
        lock (_gate) _membership.Asked = 0;

        PutOff(code, message);
        GoOn();
    }

    /// <summary>It may not be added to the transaction.</summary>
    internal void JoinRefused(ErrorCode code, string message)
    {
        lock (_gate) _membership.Asked = 0;

        Refuse(code, message);
    }

    /// <summary>The gate was opened.</summary>
    internal void GateOpened() => GoOn();

    /// <summary>All that it sent is answered and told; once true, it sends nothing in this transaction unless the gate is open.</summary>
    internal bool IsSettled(bool giveUpUnsent)
    {
        lock (_gate)
        {
            if (_queue.IsUnresolved || _isTelling) return false;
            if (!giveUpUnsent && !_membership.HasSent && _queue.Status == ProducerPartitionStatus.Ready && _queue.Count > 0) return false;

            _membership.HasSent = true;
            return true;
        }
    }

    /// <summary>Numbers everything anew; nothing of it is under way.</summary>
    internal void Renumber(ProducerIdentity identity)
    {
        lock (_gate) _queue.Assign(identity);
    }

    /// <summary>Under a new leader epoch. In transactions nothing that stands behind a loss is seen, as its owner begins anew.</summary>
    private bool LooksFirst() => _place.IsAnew && _queue is { InFlight: 0, End.Next: >= 0 } && !IsShared && _transaction is null;

    private void LeaveSharedFrames() => SharedFrames.Leave(_queue, _gate, _producer.Network.Frames);

    private bool TryTakeAcknowledged(out ProduceBatch batch, out long baseOffset, out ProduceJump jump)
    {
        lock (_gate) return _queue.TryTakeAcknowledged(out batch, out baseOffset, out jump);
    }

    private ProduceStep ExpireOr(ProduceStep step)
    {
        lock (_gate)
        {
            // What was just found appended is being told, and is not to be refused.
            var expired = _isTelling ? ProduceStep.Continue
                : _place.IsAnother ? _queue.RefuseAll(ErrorCode.UnknownTopicId, $"topic {Target.Topic} was deleted and created anew")
                : _queue.Expire();
            return expired == ProduceStep.Continue ? step : expired;
        }
    }

    private void Conclude(ProduceStep step)
    {
        if (step == ProduceStep.Halt) TellRefused();
        else if (step == ProduceStep.TransactionLost) _producer.Outcomes.TransactionLost(this);
    }

    private void TellRefused()
    {
        ErrorCode code;
        string? message;
        long cut;
        lock (_gate)
        {
            if (_queue.Status != ProducerPartitionStatus.Halted) return;

            (code, message, cut) = (_queue.Cause, _queue.Message, _queue.End.TakeCut());
        }

        if (cut >= 0) _sink.Cut(cut);

        _producer.Outcomes.Refused(this, code, message);
        _sink.Refused(code, message);
        _transaction?.Settled();
        TellWhenDrained();
    }

    private void TellWhenDrained()
    {
        if (_producer.IsDraining && IsEmpty) _producer.Emptied();
    }

    private void GoOn()
    {
        BrokerSendLoop? loop;
        int ticket;
        lock (_gate)
        {
            if (_queue.InFlight == 0 && !_place.IsAtLeader) Follow();
            loop = GetInLine(out ticket);
        }

        loop?.Ready(this, ticket);
        _transaction?.Settled();
        TellWhenDrained();
    }

    private void Follow()
    {
        _place.Follow();
        _queue.Moved();
    }

    /// <summary>The loop to tell, with its ticket, when there is something to send and no place in line yet.</summary>
    private BrokerSendLoop? GetInLine(out int ticket)
    {
        ticket = 0;
        return _place.MayLineUp && _queue.WantsToSend && (_queue.IsWaiting || MayGo()) ? _place.LineUp(out ticket) : null;
    }

    /// <summary>The next batch may go as far as the transaction is concerned; asks to be added when it must be.</summary>
    private bool MayGo() =>
        _transaction is null || (_queue.NextIsAgain ? !_transaction.IsOver : _transaction.Admits(this, ref _membership));
}
