using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

internal sealed partial class PartitionLog
{
    /// <summary>The batches from the one that holds <paramref name="offset"/> on.</summary>
    /// <param name="offset">Where to start.</param>
    /// <param name="maxBytes">The most bytes; the last batch may be cut off by it.</param>
    /// <param name="atLeastOne">Whether the first batch is answered even if it is larger (KIP-74).</param>
    /// <param name="committed">Whether to end at the last stable offset.</param>
    /// <param name="aborted">Takes the aborted transactions of what is answered, when <paramref name="committed"/>.</param>
    public ReadResult Read(long offset, int maxBytes, bool atLeastOne, bool committed, Rows<AbortedTransaction> aborted)
    {
        lock (_lock)
        {
            var end = EndOffset;
            var stable = StableOffset;
            var result = new ReadResult(ErrorCode.None, Memory<byte>.Empty, false, end, stable, _logStartOffset);
            if (offset < _logStartOffset || offset > end) return result with { Error = ErrorCode.OffsetOutOfRange };

            var limit = committed ? stable : end;
            if (offset >= limit || Find(offset) is not var (segment, first) || first.BaseOffset >= limit) return result;

            var bytes = atLeastOne ? Math.Max(maxBytes, first.Size) : maxBytes;
            if (bytes < first.Size) return result;

            var maxPosition = limit < segment.NextOffset && segment.FindOffset(limit) is { } beyond ? beyond.Position : segment.Size;
            var records = segment.Bytes.Read(first.Position, (int)Math.Min(bytes, maxPosition - first.Position));
            if (committed) _producers.CollectAborted(offset, UpperBound(segment, first, records.Length), aborted);
            return result with { Records = records, HasMore = records.Length < bytes && first.Position + records.Length < maxPosition };
        }
    }

    /// <summary>Whether a fetcher that last saw <paramref name="lastFetchedEpoch"/> before <paramref name="offset"/> saw this log (KIP-595).</summary>
    public ErrorCode CheckDivergence(long offset, int lastFetchedEpoch, out (int Epoch, long EndOffset)? diverging)
    {
        diverging = null;
        lock (_lock)
        {
            var (epoch, endOffset) = _epochs.EndOf(lastFetchedEpoch, EndOffset);
            if (epoch == LeaderEpochs.Unknown) return ErrorCode.OffsetOutOfRange;
            if (epoch < lastFetchedEpoch || endOffset < offset) diverging = (epoch, endOffset);
            return ErrorCode.None;
        }
    }

    /// <summary>The first record whose timestamp is not below <paramref name="timestamp"/> (ListOffsets by time).</summary>
    public TimestampedOffset FindTimestamp(long timestamp)
    {
        lock (_lock)
        {
            foreach (var segment in _segments)
            {
                if (segment.MaxTimestamp < timestamp || segment.NextOffset <= _logStartOffset) continue;

                var from = _logStartOffset;
                while (segment.FindTimestamp(timestamp, from) is { } batch)
                {
                    var found = FindInBatch(segment, batch, timestamp, _logStartOffset);
                    if (found != TimestampedOffset.None) return found;
                    from = batch.LastOffset + 1;
                }

                return TimestampedOffset.None;
            }

            return TimestampedOffset.None;
        }
    }

    /// <summary>The first record with the largest timestamp of all (ListOffsets -3, KIP-734).</summary>
    public TimestampedOffset FindMaxTimestamp()
    {
        lock (_lock)
        {
            LogSegment? best = null;
            foreach (var segment in _segments)
            {
                if (segment.MaxTimestamp >= 0 && (best is null || segment.MaxTimestamp > best.MaxTimestamp)) best = segment;
            }

            return best?.FindTimestamp(best.MaxTimestamp, 0) is { } batch ? FindInBatch(best, batch, best.MaxTimestamp, 0) : TimestampedOffset.None;
        }
    }

    /// <summary>The epoch that wrote the record at <paramref name="offset"/>, or would write it; -1 when none did.</summary>
    public int EpochAt(long offset)
    {
        lock (_lock) return _epochs.At(offset);
    }

    /// <summary>Copies of what is known about each producer.</summary>
    public List<ProducerState> Producers()
    {
        lock (_lock) return [.. _producers.All];
    }

    private static TimestampedOffset FindInBatch(LogSegment segment, in BatchFacts batch, long timestamp, long fromOffset)
    {
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(segment.Bytes.Read(batch.Position, batch.Size).Span, buffer);
        while (reader.MoveNext())
        {
            if (reader.Timestamp >= timestamp && reader.Offset >= fromOffset) return new TimestampedOffset(reader.Timestamp, reader.Offset, batch.LeaderEpoch);
        }

        return TimestampedOffset.None;
    }

    /// <summary>The segment and first batch that end at or after <paramref name="offset"/>; compaction may have left holes.</summary>
    private (LogSegment Segment, BatchFacts Batch)? Find(long offset)
    {
        for (var i = IndexOf(offset); i < _segments.Count; i++)
        {
            if (_segments[i].FindOffset(offset) is { } batch) return (_segments[i], batch);
        }

        return null;
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

    /// <summary>The offset after the last batch that begins within the bytes answered.</summary>
    private static long UpperBound(LogSegment segment, in BatchFacts first, int byteCount)
    {
        var bound = first.LastOffset + 1;
        var end = first.Position + byteCount;
        for (var at = first.Position + first.Size; at < end && segment.TryRead(at, out var batch); at += batch.Size) bound = batch.LastOffset + 1;
        return bound;
    }
}
