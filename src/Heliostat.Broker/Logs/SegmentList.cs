using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The segments of one log, in order; the last is appended to. Guarded by the log's lock.
/// Invariants: (A) once the log is open there is at least one; (B) base offsets ascend, and a segment ends where the next begins or before
/// it (compaction leaves holes); (C) only the last one may be empty.
/// </summary>
internal sealed class SegmentList(ILogStore store)
{
    private readonly List<LogSegment> _segments = [];

    public IReadOnlyList<LogSegment> All => _segments;

    public LogSegment First => _segments[0];

    /// <summary>The one that is appended to.</summary>
    public LogSegment Active => _segments[^1];

    public long EndOffset => Active.NextOffset;

    public long Size => _segments.Sum(segment => segment.Size);

    /// <summary>Takes over what was kept.</summary>
    public void Add(LogSegment segment) => _segments.Add(segment);

    /// <summary>Takes the last one out, and leaves its bytes where they are.</summary>
    public void TakeLast() => _segments.RemoveAt(_segments.Count - 1);

    /// <summary>Begins a new segment at the end.</summary>
    public LogSegment Roll(long nowMs) => Begin(EndOffset, nowMs);

    /// <summary>Begins the first segment of an empty log, or a new one at the end.</summary>
    public LogSegment Begin(long baseOffset, long nowMs)
    {
        var next = new LogSegment(baseOffset, store.Create(baseOffset), nowMs);
        _segments.Add(next);
        return next;
    }

    /// <summary>Appends a batch that follows the last, to a new segment where the active one is full or too old for it.</summary>
    public void Append(Span<byte> batch, in RecordBatchHeader header, LogOptions options, long nowMs)
    {
        var segment = MustRoll(batch.Length, header, options, nowMs) ? Roll(nowMs) : Active;
        segment.Append(batch);
        segment.ModifiedMs = nowMs;
    }

    /// <summary>Deletes the first segment.</summary>
    public void DropFirst() => Drop(0);

    /// <summary>Deletes the last segment.</summary>
    public void DropLast() => Drop(_segments.Count - 1);

    /// <summary>
    /// Puts a cleaned segment in the place of its neighbours <paramref name="old"/>; false where they are not there any more, as they were
    /// deleted or cut meanwhile.
    /// </summary>
    public bool TryReplace(IReadOnlyList<LogSegment> old, LogSegment cleaned)
    {
        var at = _segments.IndexOf(old[0]);
        if (at < 0 || !_segments.Skip(at).Take(old.Count).SequenceEqual(old)) return false;

        foreach (var segment in old) store.Remove(SegmentFacts.FileName(segment.BaseOffset));
        store.Replace(cleaned.Bytes, [.. old.Select(segment => segment.Bytes)]);
        _segments.RemoveRange(at, old.Count);
        _segments.Insert(at, cleaned);
        return true;
    }

    /// <summary>The segment and first batch that end at or after <paramref name="offset"/>; compaction may have left holes.</summary>
    public (LogSegment Segment, BatchFacts Batch)? Find(long offset)
    {
        for (var i = IndexOf(offset); i < _segments.Count; i++)
        {
            if (_segments[i].FindOffset(offset) is { } batch) return (_segments[i], batch);
        }

        return null;
    }

    /// <summary>The first segment with a time that is not below <paramref name="timestamp"/>.</summary>
    public LogSegment? FindTimestamp(long timestamp) => _segments.Find(segment => segment.LargestTimestamp >= timestamp);

    /// <summary>The first segment that holds the largest timestamp of all; null when no record has one.</summary>
    public LogSegment? FindMaxTimestamp()
    {
        LogSegment? best = null;
        foreach (var segment in _segments)
        {
            if (segment.MaxTimestamp >= 0 && (best is null || segment.MaxTimestamp > best.MaxTimestamp)) best = segment;
        }

        return best;
    }

    /// <summary>Whether the active one is full, or its first record too much older than this batch (LogSegment.shouldRoll).</summary>
    private bool MustRoll(int byteCount, in RecordBatchHeader header, LogOptions options, long nowMs)
    {
        // Two segments from one offset on would be one file.
        var active = Active;
        if (active.Size == 0) return false;
        if (active.Size > options.SegmentBytes - byteCount || !active.Takes(byteCount, header.LastOffset)) return true;

        var ageMs = active.FirstTimestamp >= 0 ? header.MaxTimestamp - active.FirstTimestamp : nowMs - active.CreatedMs;
        return ageMs > options.SegmentMs;
    }

    private void Drop(int index)
    {
        store.Remove(SegmentFacts.FileName(_segments[index].BaseOffset));
        _segments[index].Bytes.Delete();
        _segments.RemoveAt(index);
    }

    private int IndexOf(long offset)
    {
        int low = 0, high = _segments.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_segments[middle].BaseOffset <= offset) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}
