using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Producing;

/// <summary>
/// One target partition of a <see cref="Producer"/>. Thread-safe; batches go in the order in which they are enqueued.
/// <para>
/// Its lock is held for assignments only: the owner of the lane enqueues, the send loop of the leader takes turns and completes them, the leader loop
/// changes the leader. The sink is called without it.
/// </para>
/// <list type="bullet">
/// <item>A. Only the send loop in <c>_loop</c> sends, completes and calls the sink.</item>
/// <item>B. <c>_loop</c> follows <c>_leader</c> only while nothing is in flight: nothing goes to a new leader before the old one's answers are in, or its
/// connection is closed.</item>
/// <item>C. A place in a send loop's line is worth something only with the newest ticket.</item>
/// </list>
/// </summary>
public sealed partial class ProducerPartition
{
    private readonly Lock _gate = new();
    private readonly ProduceQueue _queue;
    private readonly IProduceSink _sink;
    private readonly Producer _producer;

    private BrokerSendLoop? _loop;
    private BrokerSendLoop? _leader;
    private int _leaderEpoch = -1;
    private Guid _topicId;
    private bool _inLine;
    private int _ticket;

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

    /// <summary>The shortest time that its leader took to answer on the connection there is now; zero before the first answer.</summary>
    public TimeSpan RoundTrip => Volatile.Read(ref _leader)?.RoundTrip ?? TimeSpan.Zero;

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

    /// <summary>Drops the batches that were never sent. Returns the source offset of the first of them, or -1 when there was none.</summary>
    public long DropUnsent()
    {
        long first;
        lock (_gate) first = _queue.DropUnsent();

        _transaction?.Settled();
        TellWhenDrained();
        return first;
    }

    /// <summary>Takes batches again after <see cref="IProduceSink.Refused"/>: the next one follows the last that was acknowledged.</summary>
    public void Restart()
    {
        bool needsIdentity;
        lock (_gate) needsIdentity = _queue.Restart() && _queue.Identity.IsNone;

        if (needsIdentity) _producer.Identities.Need();
    }

    public ProducerPartitionSnapshot Snapshot()
    {
        lock (_gate)
        {
            var status = _queue.Status == ProducerPartitionStatus.Ready && _queue.Cause != ErrorCode.None
                ? ProducerPartitionStatus.BackingOff
                : _queue.Status;
            var retryAt = _loop is null ? 0 : _queue.RetryAt;
            return new ProducerPartitionSnapshot(status, _queue.Cause, _queue.Message, retryAt, _queue.Count, _queue.Bytes);
        }
    }

    /// <summary>It holds batches and no leader is known, or it cannot go on without a look at the metadata.</summary>
    internal bool WaitsForLeader
    {
        get
        {
            lock (_gate) return _leader is null && _queue.Count > 0;
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

    /// <summary>Metadata that says this is not older than what is known: a leader epoch never goes back, unless the topic is another one.</summary>
    internal bool IsNews(int leaderEpoch, Guid topicId)
    {
        lock (_gate) return leaderEpoch < 0 || leaderEpoch >= _leaderEpoch || topicId != _topicId;
    }

    /// <summary>The epoch its batches carry.</summary>
    internal ProducerIdentity Identity
    {
        get
        {
            lock (_gate) return _queue.Identity;
        }
    }

    internal Guid TopicId
    {
        get
        {
            lock (_gate) return _topicId;
        }
    }

    /// <summary>Gives it a producer id; ignored when it has one by now.</summary>
    internal void Assign(ProducerIdentity identity, int nextSequence = 0)
    {
        BrokerSendLoop? loop;
        int ticket;
        lock (_gate)
        {
            if (_queue.Identity.IsNone) _queue.Assign(identity, nextSequence);
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
            var moved = leader is not null && (leader != _leader || leaderEpoch != _leaderEpoch);
            _leader = leader;
            _leaderEpoch = leaderEpoch;
            _topicId = topicId;
            if (_queue.InFlight == 0)
            {
                if (leader is null && _queue.Count > 0) _queue.PutOff(cause, message);
                if (moved || _loop != _leader) Follow();
            }

            loop = GetInLine(out ticket);
        }

        loop?.Ready(this, ticket);
    }

    /// <summary>Takes the next batch into flight, when this is the newest ticket and the batch fits in <paramref name="room"/>.</summary>
    internal ProduceTake TryTake(int ticket, IProduceConnection connection, int maxInFlight, int room, out ProduceTurn turn)
    {
        lock (_gate)
        {
            turn = default;
            if (ticket != _ticket) return ProduceTake.Nothing;

            if (_loop != _leader || !_queue.WantsToSend)
            {
                _inLine = false;
                return ProduceTake.Nothing;
            }

            if (_queue.IsWaiting)
            {
                turn = new ProduceTurn { RetryAt = _queue.RetryAt };
                return ProduceTake.Later;
            }

            if (!MayGo() || !_queue.CanSend(connection, maxInFlight))
            {
                _inLine = false;
                return ProduceTake.Nothing;
            }

            if (_queue.NextBytes > room) return ProduceTake.NoRoom;

            turn = _queue.Send(connection) with { TopicId = _topicId };
            _membership.HasSent = true;
            _inLine = _queue.CanSend(connection, maxInFlight) && MayGo();
            return _inLine ? ProduceTake.TakenWithMore : ProduceTake.Taken;
        }
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

        if (step is not (ProduceStep.Halt or ProduceStep.TransactionLost)) step = ExpireOr(step);
        if (step == ProduceStep.Halt) TellRefused();
        else FreeSharedFrames();
        GoOn();
        return step;
    }

    /// <summary>Nothing can be sent for now: waits, or gives up when the delivery timeout is over. Gives the time at which it tries again.</summary>
    internal long PutOff(ErrorCode code, string? message)
    {
        long retryAt;
        lock (_gate)
        {
            if (_queue.InFlight > 0 || _queue.Status != ProducerPartitionStatus.Ready) return 0;

            _queue.PutOff(code, message);
            retryAt = _queue.RetryAt;
        }

        FreeSharedFrames();
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
            if (_queue.InFlight > 0 || _queue.Count == 0 || _isTelling) return;

            step = _queue.Halt(code, message);
        }

        Conclude(step);
    }

    /// <summary>Ends it; what it used last may be followed by the next to be opened.</summary>
    internal ProducerResume Close()
    {
        lock (_gate)
        {
            var unresolved = _queue.IsUnresolved;
            _queue.Close();
            return new ProducerResume(_queue.Identity, _queue.NextSequence, unresolved);
        }
    }

    private bool TryTakeAcknowledged(out ProduceBatch batch, out long baseOffset, out ProduceJump jump)
    {
        lock (_gate) return _queue.TryTakeAcknowledged(out batch, out baseOffset, out jump);
    }

    private ProduceStep ExpireOr(ProduceStep step)
    {
        lock (_gate)
        {
            // What was just found appended is being told, and is not to be refused.
            var expired = _isTelling ? ProduceStep.Continue : _queue.Expire();
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
        lock (_gate)
        {
            if (_queue.Status != ProducerPartitionStatus.Halted) return;

            code = _queue.Cause;
            message = _queue.Message;
        }

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
            if (_queue.InFlight == 0 && _loop != _leader) Follow();
            loop = GetInLine(out ticket);
        }

        loop?.Ready(this, ticket);
        _transaction?.Settled();
        TellWhenDrained();
    }

    private void Follow()
    {
        _loop = _leader;
        _inLine = false;
        _ticket++;
        _queue.Moved();
    }

    private BrokerSendLoop? GetInLine(out int ticket)
    {
        ticket = _ticket;
        if (_inLine || _loop is null || _loop != _leader || !_queue.WantsToSend || !(_queue.IsWaiting || MayGo())) return null;

        _inLine = true;
        ticket = ++_ticket;
        return _loop;
    }

    /// <summary>
    /// Copies batches that wait to be sent again out of larger frames, so that a broker that is stuck pins what was in flight to it, and not all that was
    /// fetched with it.
    /// </summary>
    private void FreeSharedFrames()
    {
        for (var place = 0; place < ProducerOptions.MostInFlight; place++)
        {
            ProduceBatch shared;
            lock (_gate)
            {
                if (!_queue.TryPeekUnresolved(place, out shared)) return;
                if (shared.FrameOwned.Length < shared.Bytes.Length * 2) continue;

                shared.FrameOwned.Retain();
            }

            var copyOwned = _producer.Network.Frames.RentNow(shared.Bytes.Length);
            shared.Bytes.CopyTo(copyOwned.Memory);
            bool replaced;
            lock (_gate) replaced = _queue.TryReplace(place, shared, shared with { FrameOwned = copyOwned, Bytes = copyOwned.Memory });

            (replaced ? shared.FrameOwned : copyOwned).Dispose();
            shared.FrameOwned.Dispose();
        }
    }
}
