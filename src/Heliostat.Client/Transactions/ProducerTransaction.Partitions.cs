using System.Runtime.ExceptionServices;
using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Transactions;

/// <summary>What partitions and loops ask and tell.</summary>
public sealed partial class ProducerTransaction
{
    bool ITransactionGate.IsOver
    {
        get
        {
            lock (_gate) return _status == TransactionStatus.Over;
        }
    }

    /// <summary>The number of the present transaction; it does not change while partitions are added.</summary>
    internal long Number
    {
        get
        {
            lock (_gate) return _number;
        }
    }

    /// <summary>E: nothing is added in this epoch.</summary>
    internal bool NeedsNewEpoch
    {
        get
        {
            lock (_gate) return _needsNewEpoch;
        }
    }

    Task ITransactionGate.RunAsync(CancellationToken ct) => _loop.RunAsync(ct);

    Task<ProducerIdentity> ITransactionGate.InitAsync(CancellationToken ct) => _requests.InitAsync(ProducerIdentity.None, ct);

    /// <summary>The id is ours.</summary>
    void ITransactionGate.Identified(ProducerIdentity identity)
    {
        lock (_gate)
        {
            if (_status != TransactionStatus.Starting) return;

            _status = TransactionStatus.Open;
            Volatile.Write(ref _openNumber, _number);
        }

        Log.TakenOver(_logger, Producer.Network.Cluster, Producer.Options.TransactionalId!, identity.ProducerId, identity.Epoch);
        _changed.Set();
        foreach (var partition in Producer.Partitions) partition.GateOpened();
    }

    internal void Renewed(ProducerIdentity identity)
    {
        Producer.Identities.Replace(identity);
        Log.Renewed(_logger, Producer.Network.Cluster, Producer.Options.TransactionalId!, identity.Epoch);
        lock (_gate) _needsNewEpoch = false;
    }

    /// <summary>A partition may send a batch for the first time; one that must be added first asks for it. Called with the partition's lock held.</summary>
    bool ITransactionGate.Admits(ProducerPartition partition, ref TransactionMembership membership)
    {
        if (membership.Joined == Volatile.Read(ref _openNumber)) return true;

        lock (_gate)
        {
            var isOpen = _status == TransactionStatus.Open || (_status == TransactionStatus.Held && partition.IsWhileHeld);
            if (membership.Joined == _number) return isOpen || (_status == TransactionStatus.Holding && !membership.HasSent);
            if (!isOpen || membership.Asked == _period) return false;

            membership.Asked = _period;
            _wanted.Add(partition);
            if (_quiet) return false;
        }

        _loop.Wake();
        return false;
    }

    /// <summary>A partition may have become settled.</summary>
    void ITransactionGate.Settled()
    {
        if (Volatile.Read(ref _openNumber) == Closed) _changed.Set();
    }

    /// <summary>True when a partition asks to be added, or a new epoch is due; then nothing ends before <see cref="EndAdding"/>.</summary>
    internal bool BeginAdding()
    {
        lock (_gate)
        {
            var isDue = _needsNewEpoch && _status is TransactionStatus.Open or TransactionStatus.Held;
            return _adding = (_wanted.Count > 0 && !_quiet) || isDue;
        }
    }

    /// <summary>Gives those who ask; false when there is nobody to add.</summary>
    internal bool TakeWanted(Dictionary<TopicPartition, ProducerPartition> adding)
    {
        lock (_gate)
        {
            if (_status == TransactionStatus.Over) adding.Clear();
            foreach (var partition in _wanted) adding[partition.Target] = partition;
            _wanted.Clear();
            if (!_mayBeOpen) _beganAt = Producer.Time.GetTimestamp();
            return adding.Count > 0;
        }
    }

    /// <summary>The coordinator was asked to add partitions.</summary>
    internal void Asked(bool isLost)
    {
        lock (_gate)
        {
            _mayBeOpen |= isLost;
            _addingIsLost |= isLost;
        }
    }

    /// <summary>Those without an error are in the transaction.</summary>
    internal void Join(List<(ProducerPartition Partition, ErrorCode Code)> answered)
    {
        lock (_gate)
        {
            foreach (var (partition, code) in answered)
            {
                if (code != ErrorCode.None) continue;

                _mayBeOpen = true;
                _members.Add(partition);
            }
        }
    }

    internal void EndAdding()
    {
        lock (_gate) _adding = false;

        _changed.Set();
    }

    internal void ThrowIfLost()
    {
        lock (_gate)
        {
            if (_failure is TransactionLostException) ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>The producer has ended.</summary>
    void ITransactionGate.Stop(Exception? failure) => End(failure ?? new OperationCanceledException($"{Name}: its producer was stopped"));

    /// <summary>What was sent cannot be committed any more. The first cause stays.</summary>
    void ITransactionGate.Lose(ErrorCode code, string message) => Lose(code, message);

    internal void Lose(ErrorCode code, string message) => Lose(code, message, mayBeCommitted: false);

    private void Lose(ErrorCode code, string message, bool mayBeCommitted)
    {
        TimeSpan openFor;
        lock (_gate) openFor = _mayBeOpen ? Producer.Time.GetElapsedTime(_beganAt) : TimeSpan.Zero;

        // The coordinator fences the producer of a transaction that took too long, too. It began no earlier than we asked, so before that time it was not that.
        var isFenced = code.IsFencing() && openFor < Patience;
        var why = isFenced ? $"another producer took transactional id '{Producer.Options.TransactionalId}' over; this one sends nothing more"
            : code.IsFencing() ? $"the transaction was open for {openFor.TotalSeconds:0.#} s, longer than its timeout of {Patience.TotalSeconds:0.#} s, and was aborted; begin anew from what is committed"
            : mayBeCommitted ? "nobody knows whether the transaction is committed; take the id over anew, and what is committed then tells"
            : "the transaction is lost; begin anew from what is committed";
        var lost = new TransactionLostException(isFenced ? TransactionLoss.Fenced : TransactionLoss.BeginAnew, mayBeCommitted, code, $"{message}: {why}");
        if (End(lost)) Log.Lost(_logger, lost.Message);
    }

    private string DescribeUnsettled()
    {
        ProducerPartition? partition;
        lock (_gate) partition = _settled < _members.Count ? _members[_settled] : null;

        var waited = $"within the transaction timeout of {Patience.TotalSeconds:0.#} s";
        if (partition is null) return $"{Name}: partitions could not be added {waited}; last failure: {Producer.Snapshot().LastErrorMessage}";

        var seen = partition.Snapshot();
        return $"{Producer.Network.Cluster}: {partition.Target} was not acknowledged {waited}: {seen.Message ?? seen.Cause.Name()}";
    }

    private bool End(Exception failure)
    {
        lock (_gate)
        {
            if (_status == TransactionStatus.Over) return false;

            CloseGate(TransactionStatus.Over);
            _failure = failure;
        }

        _writer.Fail(failure);
        _changed.Set();
        _loop.Wake();
        return true;
    }
}
