using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Producing;

/// <summary>Its place in the transactions of its producer. Locks are taken partition, transaction, and never the other way.</summary>
public sealed partial class ProducerPartition
{
    private readonly ITransactionGate? _transaction;
    private TransactionMembership _membership;

    /// <summary>The sink is being told what is acknowledged.</summary>
    private bool _isTelling;

    /// <summary>What it sends is the owner's own, while the transaction is held.</summary>
    internal bool IsWhileHeld { get; }

    /// <summary>It is in transaction <paramref name="number"/> now.</summary>
    internal void Join(long number)
    {
        lock (_gate)
        {
            if (_membership.Joined != number) _queue.BeginTransaction();
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

    /// <summary>
    /// All that it sent is answered, its sink was told, and what it was added for is sent. True means that from now on it sends nothing in this transaction unless the gate is open.
    /// </summary>
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

    /// <summary>The next batch may go as far as the transaction is concerned; asks to be added when it must be.</summary>
    private bool MayGo() => _transaction is null || (_queue.NextIsAgain ? !_transaction.IsOver : _transaction.Admits(this, ref _membership));
}
