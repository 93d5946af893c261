using System.Buffers;
using Heliostat.Protocol;
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
        try
        {
            return ReadSound(offset, maxBytes, atLeastOne, committed, aborted);
        }
        catch (Exception exception) when (exception is IOException or MalformedFrameException)
        {
            aborted.Clear();
            return new ReadResult(ErrorCode.KafkaStorageError, default, false, -1, -1, -1);
        }
    }

    private ReadResult ReadSound(long offset, int maxBytes, bool atLeastOne, bool committed, Rows<AbortedTransaction> aborted)
    {
        lock (_lock)
        {
            var end = EndOffset;
            var stable = StableOffset;
            var result = new ReadResult(ErrorCode.None, default, false, end, stable, _logStartOffset);
            if (_isClosed) return result with { Error = ErrorCode.NotLeaderOrFollower };
            if (offset < _logStartOffset || offset > end) return result with { Error = ErrorCode.OffsetOutOfRange };

            var limit = committed ? stable : end;
            if (offset >= limit || Find(offset) is not var (segment, first) || first.BaseOffset >= limit) return result;

            var bytes = atLeastOne ? Math.Max(maxBytes, first.Size) : maxBytes;
            if (bytes < first.Size) return result;

            var maxPosition = limit < segment.NextOffset && segment.FindOffset(limit) is { } beyond ? beyond.Position : segment.Size;
            var records = segment.Bytes.Slice(first.Position, (int)Math.Min(bytes, maxPosition - first.Position));
            if (committed && _producers.Aborted.All.Count > 0) _producers.Aborted.Collect(offset, UpperBound(segment, first, records.Length), aborted);
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
                // The first segment with such a time decides, also when all such records lie before the log start, as in Kafka.
                if (segment.LargestTimestamp < timestamp) continue;

                for (var from = _logStartOffset; segment.FindTimestamp(timestamp, from) is { } batch; from = batch.LastOffset + 1)
                {
                    var found = FindInBatch(segment, batch, timestamp, _logStartOffset);
                    if (found != TimestampedOffset.None) return found;
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

    /// <summary>The epoch that wrote the first record, as far as it is known (ListOffsets, earliest).</summary>
    public int EpochOfStart
    {
        get
        {
            lock (_lock) return _epochs.Entries is [var first, ..] && first.StartOffset <= _logStartOffset ? first.Epoch : LeaderEpochs.Unknown;
        }
    }

    /// <summary>What is known about each producer.</summary>
    public List<ProducerState> Producers()
    {
        lock (_lock) return [.. _producers.All];
    }

    /// <summary>Whether a transaction of the producer is open here.</summary>
    public bool HasOpenTransaction(long producerId)
    {
        lock (_lock) return _producers.Find(producerId)?.CurrentTxnFirstOffset is not null;
    }

    private static TimestampedOffset FindInBatch(LogSegment segment, in BatchFacts batch, long timestamp, long fromOffset)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(batch.Size);
        try
        {
            segment.Bytes.Copy(batch.Position, bytes.AsSpan(0, batch.Size));
            using var buffer = new DecompressionBuffer();
            var reader = new RecordReader(bytes.AsSpan(0, batch.Size), buffer);
            while (reader.MoveNext())
            {
                if (reader.Timestamp >= timestamp && reader.Offset >= fromOffset) return new TimestampedOffset(reader.Timestamp, reader.Offset, batch.LeaderEpoch);
            }

            return TimestampedOffset.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
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
