using System.Globalization;
using System.Text;
using Heliostat.Protocol;

namespace Heliostat.Broker.Logs;

internal sealed partial class PartitionLog
{
    private const string CleanedFile = "cleaned-offset";
    private const int MaxKeys = 5_000_000;

    private long? _firstDirtyOffset;

    /// <summary>
    /// Drops records that later ones of the same key replace (LogCleaner), when enough of the log is dirty or waited long enough. One caller at a time;
    /// appends and fetches go on meanwhile.
    /// </summary>
    /// <returns>Whether there was something to clean.</returns>
    public bool Compact()
    {
        if (!Options.Compact || Plan() is not { } plan) return false;

        var map = new OffsetsByKey(MaxKeys);
        var transactions = new CleanedTransactions(plan.Aborted);
        foreach (var segment in plan.Segments)
        {
            if (segment.NextOffset > plan.FirstDirtyOffset && !LogCleaner.Map(segment, plan.FirstDirtyOffset, map, transactions)) break;
        }

        var cleanedTo = map.LatestOffset + 1;
        transactions = new CleanedTransactions(plan.Aborted);
        using var cleaner = new LogCleaner(map, transactions, plan.ActiveProducers, plan.UpperBound, NowMs, plan.Options.DeleteRetentionMs);
        foreach (var group in Groups(plan.Segments.Where(segment => segment.BaseOffset < cleanedTo), plan.Options.SegmentBytes))
        {
            if (!Clean(group, cleaner)) return false;
        }

        lock (_lock)
        {
            _producers.Aborted.Forget(transactions.Gone);
            _firstDirtyOffset = cleanedTo;
            if (_store.IsDurable) _store.Save(CleanedFile, Encoding.ASCII.GetBytes(cleanedTo.ToString(CultureInfo.InvariantCulture)));
        }

        return true;
    }

    private CompactionPlan? Plan()
    {
        lock (_lock)
        {
            if (_isClosed) return null;

            var options = Options;
            _firstDirtyOffset ??= _store.Load(CleanedFile) is { } text
                && long.TryParse(Encoding.ASCII.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var saved) ? saved : 0;
            if (_firstDirtyOffset > EndOffset) _firstDirtyOffset = 0;

            var firstDirty = Math.Max(_firstDirtyOffset.Value, _segments[0].BaseOffset);
            RollForCompaction(firstDirty, options);

            // The active segment, open transactions, and what is too young stay as they are.
            var now = NowMs;
            var segments = _segments.Take(_segments.Count - 1)
                .TakeWhile(segment => segment.NextOffset <= StableOffset && (options.MinCompactionLagMs <= 0 || now - segment.LargestTimestamp >= options.MinCompactionLagMs))
                .ToList();
            var dirty = segments.Where(segment => segment.NextOffset > firstDirty).ToList();
            var dirtyBytes = dirty.Sum(segment => segment.Size);
            if (dirtyBytes == 0) return null;

            var isDue = dirtyBytes > options.MinCleanableDirtyRatio * segments.Sum(segment => segment.Size) || IsOverdue(dirty[0], options);
            if (!isDue) return null;

            var upperBound = segments[^1].NextOffset;
            return new CompactionPlan(
                options,
                segments,
                firstDirty,
                upperBound,
                _producers.Aborted.In(segments[0].BaseOffset, upperBound),
                _producers.All.ToDictionary(producer => producer.ProducerId, producer => new LogCleaner.LastRecord(producer.LastOffset, producer.ProducerEpoch)));
        }
    }

    /// <summary>What waited longer than max.compaction.lag.ms in the active segment is made cleanable (KIP-354).</summary>
    private void RollForCompaction(long firstDirty, LogOptions options)
    {
        var active = _segments[^1];
        if (active.Size > 0 && active.NextOffset > firstDirty && IsOverdue(active, options)) Roll();
    }

    private bool IsOverdue(LogSegment segment, LogOptions options)
    {
        var first = segment.FirstTimestamp >= 0 ? segment.FirstTimestamp : segment.CreatedMs;
        return options.MaxCompactionLagMs != long.MaxValue && NowMs - first > options.MaxCompactionLagMs;
    }

    private bool Clean(List<LogSegment> group, LogCleaner cleaner)
    {
        var bytes = _store.CreateCleaned(group[0].BaseOffset);
        var cleaned = new LogSegment(group[0].BaseOffset, bytes, group[0].CreatedMs) { ModifiedMs = group[^1].ModifiedMs };
        try
        {
            foreach (var segment in group) cleaner.Clean(segment, cleaned);
            bytes.Flush();
        }
        catch (Exception exception) when (exception is IOException or MalformedFrameException or ObjectDisposedException)
        {
            bytes.Delete();
            return false;
        }

        lock (_lock)
        {
            var at = _segments.IndexOf(group[0]);
            if (_isClosed || at < 0 || !_segments.Skip(at).Take(group.Count).SequenceEqual(group))
            {
                // Deleted or cut meanwhile.
                bytes.Delete();
                return false;
            }

            foreach (var segment in group) _store.Remove(SegmentFacts.FileName(segment.BaseOffset));
            _store.Replace(bytes, [.. group.Select(segment => segment.Bytes)]);
            _segments.RemoveRange(at, group.Count);
            _segments.Insert(at, cleaned);
        }

        return true;
    }

    /// <summary>Neighbours that fit one segment together become one.</summary>
    private static List<List<LogSegment>> Groups(IEnumerable<LogSegment> segments, long maxBytes)
    {
        var groups = new List<List<LogSegment>>();
        var size = 0L;
        foreach (var segment in segments)
        {
            if (groups.Count == 0 || size + segment.Size > maxBytes || segment.NextOffset - groups[^1][0].BaseOffset > int.MaxValue)
            {
                groups.Add([]);
                size = 0;
            }

            groups[^1].Add(segment);
            size += segment.Size;
        }

        return groups;
    }

    private sealed record CompactionPlan(
        LogOptions Options,
        IReadOnlyList<LogSegment> Segments,
        long FirstDirtyOffset,
        long UpperBound,
        IReadOnlyList<AbortedTxn> Aborted,
        IReadOnlyDictionary<long, LogCleaner.LastRecord> ActiveProducers);
}
