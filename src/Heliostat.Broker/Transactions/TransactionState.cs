using Heliostat.Broker.Storage;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Transactions;

/// <summary>
/// One transactional id: its producer, its epochs, the transaction that is open (TransactionMetadata). Its methods take its lock; what ends
/// a transaction takes the locks of logs and groups inside, never the other way round.
/// </summary>
internal sealed class TransactionState(string transactionalId, TransactionCoordinator coordinator)
{
    private const short NoEpoch = -1;

    /// <summary>One epoch is kept for fencing (TransactionMetadata.isEpochExhausted).</summary>
    private const short LastEpoch = short.MaxValue - 1;

    private readonly Lock _lock = new();
    private readonly HashSet<Partition> _partitions = [];
    private readonly HashSet<string> _groups = [];
    private long _previousProducerId = -1;
    private short _lastProducerEpoch = NoEpoch;

    public string TransactionalId { get; } = transactionalId;

    /// <summary>The lock of everything here, for who does something that counts only while the transaction is open.</summary>
    public Lock Sync => _lock;

    public long ProducerId { get; private set; } = -1;

    public short ProducerEpoch { get; private set; } = NoEpoch;

    public int TimeoutMs { get; private set; }

    public TransactionStatus Status { get; private set; }

    public long StartMs { get; private set; } = -1;

    /// <summary>Whether the last transaction was ended in the way of KIP-890, which bumps the epoch.</summary>
    private bool _endedWithBump;

    /// <summary>How the transaction is to end, while there are partitions whose disk has not taken its marker.</summary>
    private bool? _ending;

    private static InitProducerIdResponse Fenced => new() { ErrorCode = ErrorCode.ProducerFenced, ProducerEpoch = NoEpoch };

    private static InitProducerIdResponse Busy => new() { ErrorCode = ErrorCode.ConcurrentTransactions, ProducerEpoch = NoEpoch };

    /// <summary>
    /// A producer takes the id over; an open transaction of its forerunner is aborted (TransactionCoordinator.handleInitProducerId).
    /// </summary>
    public InitProducerIdResponse Init(int timeoutMs, long expectedProducerId, short expectedEpoch)
    {
        lock (_lock)
        {
            if (ProducerId < 0) ProducerId = coordinator.ProducerIds.Take();
            if (!IsExpected(expectedProducerId, expectedEpoch)) return Fenced;
            if (_ending is not null) return Busy;

            if (Status == TransactionStatus.Ongoing)
            {
                if (expectedProducerId >= 0 && expectedEpoch != ProducerEpoch) return Fenced;

                // A forerunner is fenced with an epoch that nobody gets; a producer that names its own epoch gets it.
                Change(() =>
                {
                    _lastProducerEpoch = ProducerEpoch;
                    ProducerEpoch++;
                    End(commit: false);
                });
                if (_ending is not null) return Busy;
            }

            var isFenced = false;
            Change(() =>
            {
                isFenced = !Bump(expectedEpoch);
                if (isFenced) return;

                TimeoutMs = timeoutMs;
                StartMs = -1;
                Status = TransactionStatus.Empty;
                coordinator.Changed(this);
            });
            return isFenced ? Fenced : new InitProducerIdResponse { ProducerId = ProducerId, ProducerEpoch = ProducerEpoch };
        }
    }

    /// <summary>Partitions become part of the transaction, which opens with the first.</summary>
    public ErrorCode Add(long producerId, short producerEpoch, IEnumerable<Partition> partitions, IEnumerable<string> groups, long nowMs)
    {
        lock (_lock)
        {
            if (CheckProducer(producerId, producerEpoch) is var error and not ErrorCode.None) return error;

            Partition[] newPartitions = [.. partitions.Except(_partitions)];
            string[] newGroups = [.. groups.Except(_groups)];
            if (Status == TransactionStatus.Ongoing && newPartitions.Length == 0 && newGroups.Length == 0) return ErrorCode.None;

            _partitions.UnionWith(newPartitions);
            _groups.UnionWith(newGroups);
            try
            {
                Change(() =>
                {
                    if (Status != TransactionStatus.Ongoing) StartMs = nowMs;
                    Status = TransactionStatus.Ongoing;
                    coordinator.Changed(this);
                });
            }
            catch
            {
                _partitions.ExceptWith(newPartitions);
                _groups.ExceptWith(newGroups);
                throw;
            }

            return ErrorCode.None;
        }
    }

    /// <summary>Whether the transaction is open and the partition part of it.</summary>
    public ErrorCode Verify(long producerId, short producerEpoch, Partition partition)
    {
        lock (_lock)
        {
            if (CheckProducer(producerId, producerEpoch) is var error and not ErrorCode.None) return error;
            return Status == TransactionStatus.Ongoing && _partitions.Contains(partition) ? ErrorCode.None : ErrorCode.InvalidTxnState;
        }
    }

    /// <summary>Whether the transaction is open and the group part of it.</summary>
    public ErrorCode Verify(long producerId, short producerEpoch, string group)
    {
        lock (_lock)
        {
            if (CheckProducer(producerId, producerEpoch) is var error and not ErrorCode.None) return error;
            return Status == TransactionStatus.Ongoing && _groups.Contains(group) ? ErrorCode.None : ErrorCode.InvalidTxnState;
        }
    }

    /// <summary>Commits or aborts; with <paramref name="bump"/> the answer has the epoch of the next transaction (KIP-890).</summary>
    public EndTxnResponse EndByClient(long producerId, short producerEpoch, bool commit, bool bump)
    {
        lock (_lock)
        {
            var isRepeated = bump && _endedWithBump && producerEpoch == ProducerEpoch - 1 && Status != TransactionStatus.Ongoing;
            var error = isRepeated ? ErrorCode.None : CheckProducer(producerId, producerEpoch);
            if (error != ErrorCode.None) return new EndTxnResponse { ErrorCode = error };

            var ended = commit ? TransactionStatus.CompleteCommit : TransactionStatus.CompleteAbort;
            if (Status == TransactionStatus.Ongoing || (bump && !commit && !isRepeated))
            {
                Change(() =>
                {
                    if (bump) ProducerEpoch++;
                    _lastProducerEpoch = bump ? producerEpoch : _lastProducerEpoch;
                    End(commit, bump);
                });
                if (bump && ProducerEpoch >= LastEpoch)
                {
                    Change(() =>
                    {
                        _previousProducerId = ProducerId;
                        ProducerId = coordinator.ProducerIds.Take();
                        ProducerEpoch = 0;
                        coordinator.Changed(this);
                    });
                }
            }
            else if (Status != ended || (bump && !isRepeated))
            {
                return new EndTxnResponse { ErrorCode = ErrorCode.InvalidTxnState };
            }

            return bump ? new EndTxnResponse { ProducerId = ProducerId, ProducerEpoch = ProducerEpoch } : new EndTxnResponse();
        }
    }

    /// <summary>Aborts a transaction that took too long, and fences its producer.</summary>
    public void Expire(long nowMs)
    {
        lock (_lock)
        {
            if (_ending is not null) Finish();
            if (Status != TransactionStatus.Ongoing || _ending is not null || nowMs - StartMs <= TimeoutMs) return;

            // The producer itself may go on with what it had (TransactionMetadata.prepareFenceProducerEpoch).
            Change(() =>
            {
                _lastProducerEpoch = ProducerEpoch;
                if (ProducerEpoch < short.MaxValue) ProducerEpoch++;
                End(commit: false);
            });
        }
    }

    /// <summary>The partition's log is gone: nothing can be ended there.</summary>
    public void Forget(Partition partition)
    {
        lock (_lock) _partitions.Remove(partition);
    }

    public DescribeTransactionsTransactionState Describe()
    {
        lock (_lock)
        {
            return new DescribeTransactionsTransactionState
            {
                TransactionalId = TransactionalId,
                TransactionState = Status.ToString(),
                TransactionTimeoutMs = TimeoutMs,
                TransactionStartTimeMs = StartMs,
                ProducerId = ProducerId,
                ProducerEpoch = ProducerEpoch,
                Topics = [.. _partitions.GroupBy(partition => partition.Topic.Name).Select(topic => new TopicData
                {
                    Topic = topic.Key,
                    Partitions = [.. topic.Select(partition => partition.Index).Order()],
                })],
            };
        }
    }

    /// <summary>
    /// What is to be known of it after a restart; with <paramref name="ending"/>, that its transaction is to be ended so.
    /// </summary>
    public TransactionRecord Record(bool? ending) => new()
    {
        TransactionalId = TransactionalId,
        ProducerId = ProducerId,
        ProducerEpoch = ProducerEpoch,
        PreviousProducerId = _previousProducerId,
        LastProducerEpoch = _lastProducerEpoch,
        TimeoutMs = TimeoutMs,
        Status = Status.ToString(),
        StartMs = StartMs,
        EndedWithBump = _endedWithBump,
        Ending = ending,
        Partitions = _partitions.GroupBy(partition => partition.Topic.Name)
            .ToDictionary(topic => topic.Key, topic => topic.Select(partition => partition.Index).Order().ToArray()),
        Groups = [.. _groups],
    };

    /// <summary>Takes over what was known before a restart, and ends the transaction whose end was decided.</summary>
    public void Restore(TransactionRecord record, IEnumerable<Partition> partitions)
    {
        lock (_lock)
        {
            ProducerId = record.ProducerId;
            ProducerEpoch = record.ProducerEpoch;
            _previousProducerId = record.PreviousProducerId;
            _lastProducerEpoch = record.LastProducerEpoch;
            TimeoutMs = record.TimeoutMs;
            Status = Enum.Parse<TransactionStatus>(record.Status);
            StartMs = record.StartMs;
            _endedWithBump = record.EndedWithBump;
            _partitions.UnionWith(partitions);
            _groups.UnionWith(record.Groups);
            if (record.Ending is not { } commit) return;

            // Those that have their marker already need no second one.
            _partitions.RemoveWhere(partition => !partition.Log.HasOpenTransaction(ProducerId));
            End(commit, record.EndedWithBump);
        }
    }

    private bool IsExpected(long producerId, short epoch) =>
        producerId < 0
        || ProducerEpoch == NoEpoch
        || producerId == ProducerId
        || (producerId == _previousProducerId && epoch >= LastEpoch);

    private ErrorCode CheckProducer(long producerId, short producerEpoch)
    {
        if (producerId != ProducerId) return ErrorCode.InvalidProducerIdMapping;
        if (_ending is not null) return ErrorCode.ConcurrentTransactions;
        return producerEpoch == ProducerEpoch ? ErrorCode.None : ErrorCode.ProducerFenced;
    }

    /// <summary>Makes the producer's epoch that of its next life; false when somebody else has it by now.</summary>
    private bool Bump(short expectedEpoch)
    {
        if (ProducerEpoch >= LastEpoch)
        {
            var next = coordinator.ProducerIds.Take();
            _previousProducerId = ProducerId;
            _lastProducerEpoch = expectedEpoch >= 0 ? ProducerEpoch : NoEpoch;
            ProducerId = next;
            ProducerEpoch = 0;
        }
        else if (expectedEpoch < 0)
        {
            ProducerEpoch++;
            _lastProducerEpoch = NoEpoch;
        }
        else if (ProducerEpoch == NoEpoch || ProducerEpoch == expectedEpoch)
        {
            _lastProducerEpoch = ProducerEpoch;
            ProducerEpoch++;
        }
        else
        {
            return _lastProducerEpoch == expectedEpoch;
        }

        return true;
    }

    /// <summary>Makes a change that ends with writing it down; where the disk does not take it, everything is as it was.</summary>
    private void Change(Action change)
    {
        var before = (ProducerId, ProducerEpoch, _previousProducerId, _lastProducerEpoch, TimeoutMs, Status, StartMs, _endedWithBump);
        try
        {
            change();
        }
        catch
        {
            (ProducerId, ProducerEpoch, _previousProducerId, _lastProducerEpoch, TimeoutMs, Status, StartMs, _endedWithBump) = before;
            throw;
        }
    }

    private void End(bool commit, bool bump = false)
    {
        _endedWithBump = bump;
        coordinator.Changed(this, ending: commit);
        _ending = commit;
        Finish();
    }

    /// <summary>Does what was decided, and is written down; what a disk does not take of it is tried again when time has passed.</summary>
    private void Finish()
    {
        var commit = _ending!.Value;
        _partitions.RemoveWhere(partition =>
            partition.AppendMarker(ProducerId, ProducerEpoch, commit, TransactionCoordinator.Epoch) != ErrorCode.KafkaStorageError);
        if (_partitions.Count > 0) return;

        try
        {
            foreach (var group in _groups) coordinator.EndOffsets(group, ProducerId, commit);
        }
        catch (IOException)
        {
            return;
        }

        _groups.Clear();
        _ending = null;
        Status = commit ? TransactionStatus.CompleteCommit : TransactionStatus.CompleteAbort;
        try
        {
            coordinator.Changed(this);
        }
        catch (IOException)
        {
            // The decision is written down: the next process would find nothing left to do.
        }
    }
}
