using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// A run of batches with a sparse index by offset and by time. Guarded by the log's lock.
/// Invariants: (A) batches lie in offset order; (B) index entries are in order of position, the first at position 0;
/// (C) an entry's time is the largest timestamp before its position.
/// </summary>
internal sealed class LogSegment(long baseOffset, ISegmentBytes bytes, long createdMs) : IDisposable
{
    private const int IndexIntervalBytes = 4096;

    private readonly List<IndexEntry> _index = [];

    public long BaseOffset { get; } = baseOffset;

    public ISegmentBytes Bytes { get; } = bytes;

    /// <summary>The offset after the last batch.</summary>
    public long NextOffset { get; private set; } = baseOffset;

    /// <summary>The largest timestamp of all batches; -1 when there is none.</summary>
    public long MaxTimestamp { get; private set; } = -1;

    /// <summary>When it was begun, from which its age counts.</summary>
    public long CreatedMs { get; } = createdMs;

    public long Size => Bytes.Length;

    /// <summary>Appends a whole batch whose header is final.</summary>
    public void Append(ReadOnlySpan<byte> batch)
    {
        var facts = BatchFacts.Of(new RecordBatchHeader(batch), Bytes.Length);
        Bytes.Append(batch);
        Note(facts);
    }

    /// <summary>Takes note of a batch that is already among the bytes: on recovery.</summary>
    public void Note(in BatchFacts facts)
    {
        if (_index.Count == 0 || facts.Position - _index[^1].Position >= IndexIntervalBytes)
            _index.Add(new IndexEntry(facts.BaseOffset, facts.Position, MaxTimestamp));
        NextOffset = facts.LastOffset + 1;
        MaxTimestamp = Math.Max(MaxTimestamp, facts.MaxTimestamp);
    }

    /// <summary>The first batch that ends at or after <paramref name="offset"/>; null when all end before it.</summary>
    public BatchFacts? FindOffset(long offset)
    {
        if (_index.Count == 0) return null;

        int low = 0, high = _index.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_index[middle].Offset <= offset) low = middle;
            else high = middle - 1;
        }

        for (var at = _index[low].Position; TryRead(at, out var batch); at += batch.Size)
        {
            if (batch.LastOffset >= offset) return batch;
        }

        return null;
    }

    /// <summary>The first batch at or after <paramref name="fromOffset"/> whose largest timestamp is not below <paramref name="timestamp"/>.</summary>
    public BatchFacts? FindTimestamp(long timestamp, long fromOffset)
    {
        if (_index.Count == 0 || MaxTimestamp < timestamp) return null;

        int low = 0, high = _index.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_index[middle].MaxTimestampBefore < timestamp) low = middle;
            else high = middle - 1;
        }

        for (var at = _index[low].Position; TryRead(at, out var batch); at += batch.Size)
        {
            if (batch.MaxTimestamp >= timestamp && batch.LastOffset >= fromOffset) return batch;
        }

        return null;
    }

    /// <summary>The facts of the batch at <paramref name="position"/>; false at the end.</summary>
    public bool TryRead(long position, out BatchFacts batch)
    {
        Span<byte> header = stackalloc byte[RecordBatchHeader.Size];
        if (position >= Bytes.Length || Bytes.Copy(position, header) < header.Length)
        {
            batch = default;
            return false;
        }

        batch = BatchFacts.Of(new RecordBatchHeader(header), position);
        return true;
    }

    /// <summary>Forgets the batches from <paramref name="offset"/> on, a batch that spans it included.</summary>
    public void Truncate(long offset)
    {
        if (FindOffset(offset) is not { } cut) return;

        Bytes.Truncate(cut.Position);
        _index.Clear();
        NextOffset = BaseOffset;
        MaxTimestamp = -1;
        for (long at = 0; TryRead(at, out var batch); at += batch.Size) Note(batch);
    }

    public void Dispose() => Bytes.Dispose();

    private readonly record struct IndexEntry(long Offset, long Position, long MaxTimestampBefore);
}
