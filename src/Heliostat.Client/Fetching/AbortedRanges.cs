using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Tells which batches belong to aborted transactions, from the list that comes with a fetch response (KIP-98; <c>CompletedFetch</c> of the
/// Java consumer): a producer's batches are aborted from the listed offset to its next abort marker. Loaded anew with each response.
/// </summary>
public sealed class AbortedRanges
{
    private readonly List<Range> _ranges = [];

    /// <summary>Forgets the last response's, and takes this one's: those of <see cref="FetchedPartition.AbortedTransactions"/>.</summary>
    public void Load(Rows<AbortedTransaction>? aborted)
    {
        _ranges.Clear();
        if (aborted is not null)
        {
            foreach (var transaction in aborted)
            {
                _ranges.Add(new Range(transaction.ProducerId, transaction.FirstOffset));
            }
        }
    }

    /// <summary>Whether the records of a batch were aborted.</summary>
    public bool Contains(in RecordBatchHeader batch)
    {
        if (_ranges.Count == 0 || !batch.IsTransactional)
        {
            return false;
        }

        foreach (var range in _ranges)
        {
            if (range.ProducerId == batch.ProducerId && range.FirstOffset <= batch.LastOffset)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An abort marker of <paramref name="producerId"/> at <paramref name="offset"/> ends the range it belongs to.</summary>
    public void EndAt(long producerId, long offset)
    {
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            if (_ranges[i].ProducerId == producerId && _ranges[i].FirstOffset <= offset)
            {
                _ranges.RemoveAt(i);
            }
        }
    }

    private readonly record struct Range(long ProducerId, long FirstOffset);
}
