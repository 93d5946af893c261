using System.Buffers;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>What fetches and lookups find in a log. Each call takes the log's lock.</summary>
internal sealed class LogReader(LogContents log)
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
        lock (log.Lock)
        {
            var end = log.VisibleEnd;
            var stable = log.StableOffset;
            var result = new ReadResult(ErrorCode.None, default, false, end, stable, log.StartOffset);
            if (log.IsClosed) return result with { Error = ErrorCode.NotLeaderOrFollower };
            if (offset < log.StartOffset || offset > log.EndOffset) return result with { Error = ErrorCode.OffsetOutOfRange };

            var limit = committed ? stable : end;
            if (offset >= limit || log.Segments.Find(offset) is not var (segment, first) || first.BaseOffset >= limit) return result;

            var bytes = atLeastOne ? Math.Max(maxBytes, first.Size) : maxBytes;
            if (bytes < first.Size) return result;

            var maxPosition = limit < segment.NextOffset && segment.FindOffset(limit) is { } beyond ? beyond.Position : segment.Size;
            var records = segment.Bytes.Slice(first.Position, (int)Math.Min(bytes, maxPosition - first.Position));
            if (committed && log.Producers.Aborted.All.Count > 0)
                log.Producers.Aborted.Collect(offset, UpperBound(segment, first, records.Length), aborted);
            return result with { Records = records, HasMore = records.Length < bytes && first.Position + records.Length < maxPosition };
        }
    }

    /// <summary>The first record whose timestamp is not below <paramref name="timestamp"/> (ListOffsets by time).</summary>
    public TimestampedOffset FindTimestamp(long timestamp)
    {
        lock (log.Lock)
        {
            // The first segment with such a time decides, also when all such records lie before the log start, as in Kafka.
            if (log.Segments.FindTimestamp(timestamp) is not { } segment) return TimestampedOffset.None;

            for (var from = log.StartOffset; segment.FindTimestamp(timestamp, from) is { } batch; from = batch.LastOffset + 1)
            {
                var found = FindInBatch(segment, batch, timestamp, log.StartOffset);
                if (found != TimestampedOffset.None) return found;
            }

            return TimestampedOffset.None;
        }
    }

    /// <summary>The first record with the largest timestamp of all (ListOffsets -3, KIP-734).</summary>
    public TimestampedOffset FindMaxTimestamp()
    {
        lock (log.Lock)
        {
            return log.Segments.FindMaxTimestamp() is { } best && best.FindTimestamp(best.MaxTimestamp, 0) is { } batch
                ? FindInBatch(best, batch, best.MaxTimestamp, 0)
                : TimestampedOffset.None;
        }
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
                if (reader.Timestamp >= timestamp && reader.Offset >= fromOffset)
                    return new TimestampedOffset(reader.Timestamp, reader.Offset, batch.LeaderEpoch);
            }

            return TimestampedOffset.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The offset after the last batch that begins within the bytes answered.</summary>
    private static long UpperBound(LogSegment segment, in BatchFacts first, int byteCount)
    {
        var bound = first.LastOffset + 1;
        var end = first.Position + byteCount;
        for (var at = first.Position + first.Size; at < end && segment.TryRead(at, out var batch); at += batch.Size)
            bound = batch.LastOffset + 1;
        return bound;
    }
}
