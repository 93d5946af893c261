using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Tells which batches belong to aborted transactions, from the list that comes with a fetch response (KIP-98; <c>CompletedFetch</c> of the Java
/// consumer): a producer's batches are aborted from the listed offset to its next abort marker. Loaded anew with each response.
/// </summary>
internal sealed class AbortedRanges
{
    private readonly List<Range> _ranges = [];

    public void Clear() => _ranges.Clear();

    public void Add(long producerId, long firstOffset) => _ranges.Add(new Range(producerId, firstOffset));

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
