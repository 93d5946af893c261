using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Heliostat.Broker.Groups;
using Heliostat.Broker.Storage;
using Heliostat.Broker.Topics;

namespace Heliostat.Broker.Transactions;

/// <summary>The transactional ids of the cluster. An id's coordinator may change; the id's state does not.</summary>
internal sealed class TransactionCoordinator(GroupCoordinator groups, StateJournal journal)
{
    /// <summary>The epoch in markers: there is one log of transactions, and it never changes its leader.</summary>
    public const int Epoch = 0;

    private readonly ConcurrentDictionary<string, TransactionState> _transactions = new();

    public ProducerIds ProducerIds { get; } = new(journal);

    public IEnumerable<TransactionState> All => _transactions.Values;

    public TransactionState? Find(string transactionalId) => _transactions.GetValueOrDefault(transactionalId);

    public TransactionState FindOrAdd(string transactionalId) =>
        _transactions.GetOrAdd(transactionalId, static (id, coordinator) => new TransactionState(id, coordinator), this);

    public void Tick(long nowMs)
    {
        Exception? failure = null;
        foreach (var (_, transaction) in _transactions)
        {
            try
            {
                transaction.Expire(nowMs);
            }
            catch (IOException exception)
            {
                failure = exception;
            }
        }

        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    public void Forget(Partition partition)
    {
        foreach (var (_, transaction) in _transactions) transaction.Forget(partition);
    }

    /// <summary>A state changed, and is written down before it shows.</summary>
    public void Changed(TransactionState state, bool? ending = null)
    {
        if (journal.IsDurable) journal.Write(state.Record(ending));
    }

    /// <summary>Takes a state over from an earlier run; what it had decided and not ended is ended.</summary>
    public void Restore(TransactionRecord record, IEnumerable<Partition> partitions) =>
        FindOrAdd(record.TransactionalId).Restore(record, partitions);

    /// <summary>The offsets that a transaction held back in a group count, or are dropped.</summary>
    public void EndOffsets(string groupId, long producerId, bool commit)
    {
        if (groups.Find(groupId) is not { } group) return;

        lock (group.Sync) group.Offsets.EndTransaction(producerId, commit);
    }
}
