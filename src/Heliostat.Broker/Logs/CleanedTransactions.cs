using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// Follows transactions while their batches are read in order, to say what of them may go (CleanedTransactionMetadata): the batches of
/// aborted ones, and a marker once no batch of its transaction is left.
/// </summary>
internal sealed class CleanedTransactions
{
    private readonly Queue<AbortedTxn> _aborted;
    private readonly Dictionary<long, Aborted> _ongoingAborted = [];
    private readonly HashSet<long> _ongoingCommitted = [];
    private readonly HashSet<AbortedTxn> _gone = [];

    /// <param name="aborted">The aborted transactions of what is read.</param>
    public CleanedTransactions(IEnumerable<AbortedTxn> aborted) =>
        _aborted = new Queue<AbortedTxn>(aborted.OrderBy(txn => txn.FirstOffset));

    /// <summary>Aborted transactions of which no batch was met before their marker: they need not be listed any more.</summary>
    public IReadOnlySet<AbortedTxn> Gone => _gone;

    /// <summary>Whether the records of a data batch may go, because they were aborted.</summary>
    public bool IsAborted(in RecordBatchHeader batch)
    {
        Begin(batch.LastOffset);
        if (!batch.IsTransactional) return false;

        if (_ongoingAborted.TryGetValue(batch.ProducerId, out var aborted))
        {
            aborted.HasBatches = true;
            return true;
        }

        _ongoingCommitted.Add(batch.ProducerId);
        return false;
    }

    /// <summary>Whether a marker may go, because no batch of its transaction is left.</summary>
    /// <param name="batch">The control batch.</param>
    /// <param name="marker">Its record; null when it was cleaned before.</param>
    public bool IsNeedless(in RecordBatchHeader batch, ControlRecord? marker)
    {
        Begin(batch.LastOffset);
        switch (marker)
        {
            case null:
                return true;
            case { Type: ControlRecordType.Abort }:
                if (!_ongoingAborted.Remove(batch.ProducerId, out var aborted)) return true;
                if (aborted.HasBatches) return false;

                _gone.Add(aborted.Txn);
                return true;
            case { Type: ControlRecordType.Commit }:
                return !_ongoingCommitted.Remove(batch.ProducerId);
            default:
                return false;
        }
    }

    private void Begin(long offset)
    {
        while (_aborted.TryPeek(out var next) && next.FirstOffset <= offset)
        {
            _aborted.Dequeue();
            _ongoingAborted.TryAdd(next.ProducerId, new Aborted(next));
        }
    }

    private sealed class Aborted(AbortedTxn txn)
    {
        public readonly AbortedTxn Txn = txn;
        public bool HasBatches;
    }
}
