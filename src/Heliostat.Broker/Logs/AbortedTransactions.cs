using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The aborted transactions of a partition that still have batches in it, by the offset of their markers (TransactionIndex). Guarded by the
/// log's lock.
/// </summary>
internal sealed class AbortedTransactions
{
    private readonly List<AbortedTxn> _all = [];

    public IReadOnlyList<AbortedTxn> All => _all;

    public void Add(AbortedTxn txn) => _all.Add(txn);

    /// <summary>Those with a batch in [<paramref name="from"/>, <paramref name="upTo"/>), as a fetch lists them.</summary>
    public void Collect(long from, long upTo, Rows<AbortedTransaction> into)
    {
        for (var i = FirstEndingAt(from); i < _all.Count; i++)
        {
            var txn = _all[i];
            if (txn.FirstOffset < upTo)
            {
                var row = into.Next();
                row.ProducerId = txn.ProducerId;
                row.FirstOffset = txn.FirstOffset;
            }

            if (txn.LastStableOffset >= upTo) return;
        }
    }

    /// <summary>Those with a batch in [<paramref name="from"/>, <paramref name="upTo"/>).</summary>
    public List<AbortedTxn> In(long from, long upTo) => _all.FindAll(txn => txn.LastOffset >= from && txn.FirstOffset < upTo);

    public void ForgetBelow(long logStartOffset) => _all.RemoveRange(0, FirstEndingAt(logStartOffset));

    /// <summary>Forgets those of which cleaning left no batch.</summary>
    public void Forget(IReadOnlySet<AbortedTxn> gone) => _all.RemoveAll(gone.Contains);

    public void Clear() => _all.Clear();

    private int FirstEndingAt(long offset)
    {
        int low = 0, high = _all.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_all[middle].LastOffset < offset) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
