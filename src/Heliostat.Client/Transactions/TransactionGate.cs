using System.Runtime.ExceptionServices;
using Heliostat.Client.Producing;

namespace Heliostat.Client.Transactions;

/// <summary>
/// Which batches may go, and which partitions are in the transaction: the states of <see cref="ProducerTransaction"/>, which has the
/// conversation with the coordinator. Asks and waits for nobody. Locks are taken partition, gate, and never the other way.
/// </summary>
/// <param name="name">The transaction, for messages.</param>
/// <param name="time">The clock.</param>
internal sealed class TransactionGate(string name, TimeProvider time)
{
    private const long Closed = -1;

    private readonly Lock _lock = new();

    /// <summary>Partitions that ask to be added.</summary>
    private readonly List<ProducerPartition> _wanted = [];

    /// <summary>Partitions that are in the transaction.</summary>
    private readonly List<ProducerPartition> _members = [];

    private TransactionStatus _status;
    private Exception? _failure;
    private long _number = 1;

    /// <summary>Counts how often the gate was moved: a partition asks once in each period.</summary>
    private long _period = 1;

    /// <summary>The number while open, else -1: read without the lock, so that a batch costs none.</summary>
    private long _openNumber = Closed;
    private bool _adding;
    private bool _quiet;

    /// <summary>
    /// The coordinator has, or may have, a transaction open; the first partition was asked for at <see cref="_beganAt"/>.
    /// </summary>
    private bool _mayBeOpen;
    private long _beganAt;
    private bool _addingIsLost;
    private bool _needsNewEpoch;
    private int _settled;

    public bool IsOver
    {
        get
        {
            lock (_lock) return _status == TransactionStatus.Over;
        }
    }

    public bool IsStarting
    {
        get
        {
            lock (_lock) return _status == TransactionStatus.Starting;
        }
    }

    /// <summary>No partition may send freely: somebody may wait for them to settle.</summary>
    public bool IsClosed => Volatile.Read(ref _openNumber) == Closed;

    /// <summary>The number of the present transaction; it does not change while partitions are added.</summary>
    public long Number
    {
        get
        {
            lock (_lock) return _number;
        }
    }

    /// <summary>E: nothing is added in this epoch.</summary>
    public bool NeedsNewEpoch
    {
        get
        {
            lock (_lock) return _needsNewEpoch;
        }
    }

    /// <summary>Nobody is in the transaction.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _members.Count == 0;
        }
    }

    /// <summary>How long the coordinator may have had a transaction open; zero when it has none.</summary>
    public TimeSpan OpenFor
    {
        get
        {
            lock (_lock) return _mayBeOpen ? time.GetElapsedTime(_beganAt) : TimeSpan.Zero;
        }
    }

    /// <summary>The first member that is not settled; null when all are.</summary>
    public ProducerPartition? Unsettled
    {
        get
        {
            lock (_lock) return _settled < _members.Count ? _members[_settled] : null;
        }
    }

    public ProducerTransactionSnapshot Snapshot(long commits)
    {
        lock (_lock)
        {
            var openFor = _mayBeOpen ? time.GetElapsedTime(_beganAt) : TimeSpan.Zero;
            return new ProducerTransactionSnapshot(_status, _members.Count, openFor, commits);
        }
    }

    public void ThrowIfOver()
    {
        lock (_lock) Throw();
    }

    public void ThrowIfLost()
    {
        lock (_lock)
        {
            if (_failure is TransactionLostException) Throw();
        }
    }

    /// <summary>The id is ours; false when that was so, or it is over.</summary>
    public bool TryOpen()
    {
        lock (_lock)
        {
            if (_status != TransactionStatus.Starting) return false;

            _status = TransactionStatus.Open;
            Volatile.Write(ref _openNumber, _number);
            return true;
        }
    }

    /// <summary>A new epoch has begun.</summary>
    public void Renewed()
    {
        lock (_lock) _needsNewEpoch = false;
    }

    /// <summary>
    /// A partition may send a batch for the first time; one that must be added first asks for it: <paramref name="asks"/>. Called with the
    /// partition's lock held.
    /// </summary>
    public bool Admits(ProducerPartition partition, ref TransactionMembership membership, out bool asks)
    {
        asks = false;
        if (membership.Joined == Volatile.Read(ref _openNumber)) return true;

        lock (_lock)
        {
            var isOpen = _status == TransactionStatus.Open || (_status == TransactionStatus.Held && partition.IsWhileHeld);
            if (membership.Joined == _number) return isOpen || (_status == TransactionStatus.Holding && !membership.HasSent);
            if (!isOpen || membership.Asked == _period) return false;

            membership.Asked = _period;
            _wanted.Add(partition);
            asks = !_quiet;
            return false;
        }
    }

    /// <summary>True when a partition asks to be added, or a new epoch is due; then nothing ends before <see cref="EndAdding"/>.</summary>
    public bool BeginAdding()
    {
        lock (_lock)
        {
            var isDue = _needsNewEpoch && _status is TransactionStatus.Open or TransactionStatus.Held;
            return _adding = (_wanted.Count > 0 && !_quiet) || isDue;
        }
    }

    /// <summary>Gives those who ask; false when there is nobody to add.</summary>
    public bool TakeWanted(Dictionary<TopicPartition, ProducerPartition> adding)
    {
        lock (_lock)
        {
            if (_status == TransactionStatus.Over) adding.Clear();
            foreach (var partition in _wanted) adding[partition.Target] = partition;
            _wanted.Clear();
            if (!_mayBeOpen) _beganAt = time.GetTimestamp();
            return adding.Count > 0;
        }
    }

    /// <summary>The coordinator was asked to add partitions.</summary>
    public void Asked(bool isLost)
    {
        lock (_lock)
        {
            _mayBeOpen |= isLost;
            _addingIsLost |= isLost;
        }
    }

    /// <summary>Those without an error are in the transaction.</summary>
    public void Join(List<(ProducerPartition Partition, ErrorCode Code)> answered)
    {
        lock (_lock)
        {
            foreach (var (partition, code) in answered)
            {
                if (code != ErrorCode.None) continue;

                _mayBeOpen = true;
                _members.Add(partition);
            }
        }
    }

    public void EndAdding()
    {
        lock (_lock) _adding = false;
    }

    /// <summary>Closes the gate, if it is open; where it stands then: Holding, or what needs no holding.</summary>
    public TransactionStatus BeginHold()
    {
        lock (_lock)
        {
            Throw();
            if (_status == TransactionStatus.Starting) throw new InvalidOperationException($"{name} is not taken over yet");
            if (_status == TransactionStatus.Open) Close(TransactionStatus.Holding);
            return _status;
        }
    }

    /// <summary>All that was sent is settled.</summary>
    public void EndHold()
    {
        lock (_lock)
        {
            Throw();
            _status = TransactionStatus.Held;
        }
    }

    /// <summary>
    /// The owner writes to the held transaction; who must be added waits for <see cref="EndQuiet"/>, so that all ask together.
    /// </summary>
    public void BeginWrite()
    {
        lock (_lock)
        {
            Throw();
            ThrowIfNotHeld();
            _quiet = true;
            _settled = 0;
        }
    }

    public void EndQuiet()
    {
        lock (_lock) _quiet = false;
    }

    /// <summary>True when a commit was asked for and not answered; otherwise it must be held.</summary>
    public bool IsCommitting()
    {
        lock (_lock)
        {
            Throw();
            if (_status == TransactionStatus.Committing) return true;

            ThrowIfNotHeld();
            return false;
        }
    }

    /// <summary>False when nothing is in it: nobody need be asked.</summary>
    public bool TryBeginCommit()
    {
        lock (_lock)
        {
            Throw();
            if (!_mayBeOpen) return false;

            _status = TransactionStatus.Committing;
            return true;
        }
    }

    /// <summary>
    /// The transaction is ended; the next one is held until it is released. <paramref name="isLost"/>: an answer about the end was.
    /// </summary>
    public void BeginNext(bool isLost)
    {
        lock (_lock)
        {
            Throw();
            _status = TransactionStatus.Held;
            _number++;
            _period++;
            _members.Clear();
            _settled = 0;
            _mayBeOpen = false;
            _needsNewEpoch = isLost || _addingIsLost;
            _addingIsLost = false;
        }
    }

    /// <summary>Opens the gate, quietly until <see cref="EndQuiet"/>; false where it is open or over.</summary>
    public bool TryRelease()
    {
        lock (_lock)
        {
            if (_status is not (TransactionStatus.Holding or TransactionStatus.Held)) return false;

            _status = TransactionStatus.Open;
            _period++;
            _quiet = true;
            Volatile.Write(ref _openNumber, _number);
            return true;
        }
    }

    /// <summary>Closes the gate for good; false when it is over. <paramref name="mayBeCommitted"/>: a commit was asked for.</summary>
    public bool TryBeginAbort(out bool mayBeCommitted)
    {
        lock (_lock)
        {
            mayBeCommitted = _status == TransactionStatus.Committing;
            if (_status == TransactionStatus.Over) return false;

            Close(TransactionStatus.Aborting);
            return true;
        }
    }

    /// <summary>The coordinator may have a transaction open.</summary>
    public bool MayBeOpen
    {
        get
        {
            lock (_lock) return _mayBeOpen;
        }
    }

    /// <summary>F: over for ever; false when it was so. The first cause stays.</summary>
    public bool TryEnd(Exception failure)
    {
        lock (_lock)
        {
            if (_status == TransactionStatus.Over) return false;

            Close(TransactionStatus.Over);
            _failure = failure;
            return true;
        }
    }

    /// <summary>True when B holds; from then on no member sends anything unless the gate opens.</summary>
    public bool IsSettled(bool giveUpUnsent)
    {
        int members;
        lock (_lock)
        {
            if (_adding) return false;

            members = _members.Count;
        }

        // Nobody is added now, so nobody else touches the list.
        for (; _settled < members; _settled++)
        {
            if (!_members[_settled].IsSettled(giveUpUnsent)) return false;
        }

        return true;
    }

    private void Throw()
    {
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
    }

    private void ThrowIfNotHeld()
    {
        if (_status != TransactionStatus.Held) throw new InvalidOperationException($"{name} is not held but {_status}");
    }

    private void Close(TransactionStatus status)
    {
        _status = status;
        Volatile.Write(ref _openNumber, Closed);
        _period++;
        _wanted.Clear();
        _settled = 0;
    }
}
