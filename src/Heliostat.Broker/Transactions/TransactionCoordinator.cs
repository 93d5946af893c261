using System.Collections.Concurrent;
using Heliostat.Broker.Groups;
using Heliostat.Broker.Topics;

namespace Heliostat.Broker.Transactions;

/// <summary>The transactional ids of the cluster. An id's coordinator may change; the id's state does not.</summary>
internal sealed class TransactionCoordinator(GroupCoordinator groups)
{
    /// <summary>The epoch in markers: there is one log of transactions, and it never changes its leader.</summary>
    public const int Epoch = 0;

    private readonly ConcurrentDictionary<string, TransactionState> _transactions = new();

    public ProducerIds ProducerIds { get; } = new();

    public IEnumerable<TransactionState> All => _transactions.Values;

    public TransactionState? Find(string transactionalId) => _transactions.GetValueOrDefault(transactionalId);

    public TransactionState FindOrAdd(string transactionalId) =>
        _transactions.GetOrAdd(transactionalId, static (id, coordinator) => new TransactionState(id, coordinator), this);

    public void Tick(long nowMs)
    {
        foreach (var (_, transaction) in _transactions) transaction.Expire(nowMs);
    }

    public void Forget(Partition partition)
    {
        foreach (var (_, transaction) in _transactions) transaction.Forget(partition);
    }

    /// <summary>A state changed: here is where it would be written down.</summary>
    public void Changed(TransactionState state) => _ = (this, state);

    /// <summary>The offsets that a transaction held back in a group count, or are dropped.</summary>
    public void EndOffsets(string groupId, long producerId, bool commit)
    {
        if (groups.Find(groupId) is not { } group) return;

        lock (group.Sync) group.Offsets.EndTransaction(producerId, commit);
    }
}
