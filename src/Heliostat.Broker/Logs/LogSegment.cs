using System.Globalization;
using Heliostat.Protocol;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// A run of batches with a sparse index by offset and by time. Guarded by the log's lock.
/// Invariants: (A) batches lie in offset order; (B) index entries are in order of position, the first at position 0;
/// (C) an entry's time is the largest timestamp before its position.
/// </summary>
internal sealed class LogSegment(long baseOffset, ISegmentBytes bytes, long createdMs)
{
    private const int IndexIntervalBytes = 4096;

    private readonly List<IndexEntry> _index = [];

    public long BaseOffset { get; } = baseOffset;

    public ISegmentBytes Bytes { get; } = bytes;

    /// <summary>The offset after the last batch.</summary>
    public long NextOffset { get; private set; } = baseOffset;

    /// <summary>The largest timestamp of all batches; -1 when there is none.</summary>
    public long MaxTimestamp { get; private set; } = -1;

    /// <summary>The largest timestamp of the first batch, from which the segment's age counts; -1 when it has none.</summary>
    public long FirstTimestamp { get; private set; } = -1;

    /// <summary>When it was begun.</summary>
    public long CreatedMs { get; } = createdMs;

    /// <summary>When it was last appended to.</summary>
    public long ModifiedMs { get; set; } = createdMs;

    /// <summary>Whether its facts are saved and its bytes flushed: nothing comes to it any more.</summary>
    public bool IsSealed { get; set; }

    public long Size => Bytes.Length;

    /// <summary>The time that retention goes by (LogSegment.largestTimestamp).</summary>
    public long LargestTimestamp => MaxTimestamp >= 0 ? MaxTimestamp : ModifiedMs;

    /// <summary>Places of batches, for who keeps them with the segment.</summary>
    public IReadOnlyList<IndexEntry> Index => _index;

    /// <summary>Appends a whole batch whose header is final.</summary>
    public void Append(ReadOnlySpan<byte> batch)
    {
        var facts = BatchFacts.Of(new RecordBatchHeader(batch), Bytes.Length);
        Bytes.Append(batch);
        Note(facts);
    }

    /// <summary>Takes note of a batch that is already among the bytes.</summary>
    public void Note(in BatchFacts facts)
    {
        if (_index.Count == 0) FirstTimestamp = facts.MaxTimestamp;
        if (_index.Count == 0 || facts.Position - _index[^1].Position >= IndexIntervalBytes)
            _index.Add(new IndexEntry((int)(facts.BaseOffset - BaseOffset), (int)facts.Position, MaxTimestamp));
        NextOffset = facts.LastOffset + 1;
        MaxTimestamp = Math.Max(MaxTimestamp, facts.MaxTimestamp);
    }

    /// <summary>Takes over what was known of the bytes in an earlier run.</summary>
    public void Restore(SegmentFacts facts)
    {
        NextOffset = facts.NextOffset;
        MaxTimestamp = facts.MaxTimestamp;
        FirstTimestamp = facts.FirstTimestamp;
        ModifiedMs = facts.ModifiedMs;
        _index.Clear();
        _index.AddRange(facts.Index);
    }

    /// <summary>Whether a batch of this size that ends at this offset may be added, whatever the topic's settings are.</summary>
    public bool Takes(int byteCount, long lastOffset) => Size <= int.MaxValue - byteCount && lastOffset - BaseOffset <= int.MaxValue;

    /// <summary>The first batch that ends at or after <paramref name="offset"/>; null when all end before it.</summary>
    public BatchFacts? FindOffset(long offset)
    {
        if (_index.Count == 0) return null;

        int low = 0, high = _index.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (BaseOffset + _index[middle].OffsetDelta <= offset) low = middle;
            else high = middle - 1;
        }

        for (long at = _index[low].Position; TryRead(at, out var batch); at += batch.Size)
        {
            if (batch.LastOffset >= offset) return batch;
        }

        return null;
    }

    /// <summary>
    /// The first batch at or after <paramref name="fromOffset"/> whose largest timestamp is not below <paramref name="timestamp"/>.
    /// </summary>
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

        for (long at = _index[low].Position; TryRead(at, out var batch); at += batch.Size)
        {
            if (batch.MaxTimestamp >= timestamp && batch.LastOffset >= fromOffset) return batch;
        }

        return null;
    }

    /// <summary>The facts of the batch at <paramref name="position"/>; false at the end.</summary>
    /// <exception cref="MalformedFrameException">The bytes were damaged since they were appended.</exception>
    public bool TryRead(long position, out BatchFacts batch)
    {
        Span<byte> header = stackalloc byte[RecordBatchHeader.Size];
        if (position >= Bytes.Length)
        {
            batch = default;
            return false;
        }

        var count = Bytes.Copy(position, header);
        if (!BatchFacts.IsHeader(header[..count], Bytes.Length - position))
            MalformedFrameException.Throw(string.Create(CultureInfo.InvariantCulture,
                $"the stored batch at byte {position} of the segment from offset {BaseOffset} on is damaged"));

        batch = BatchFacts.Of(new RecordBatchHeader(header), position);
        return true;
    }

    /// <summary>Forgets the batches from <paramref name="offset"/> on, a batch that spans it included.</summary>
    public void Truncate(long offset)
    {
        if (FindOffset(offset) is not { } cut) return;

        Bytes.Truncate(cut.Position);
        IsSealed = false;
        _index.Clear();
        NextOffset = BaseOffset;
        MaxTimestamp = FirstTimestamp = -1;
        for (long at = 0; TryRead(at, out var batch); at += batch.Size) Note(batch);
    }

    /// <summary>A place to start looking from.</summary>
    /// <param name="OffsetDelta">The base offset of the batch there, less the segment's.</param>
    /// <param name="Position">Where the batch starts.</param>
    /// <param name="MaxTimestampBefore">The largest timestamp of what lies before it.</param>
    public readonly record struct IndexEntry(int OffsetDelta, int Position, long MaxTimestampBefore);
}
