using System.Globalization;
using System.Text;
using Heliostat.Protocol;

namespace Heliostat.Broker.Logs;

/// <summary>
/// Compaction of one log (LogCleaner): what is clean, what is due, and the exchange of segments for cleaned ones. One caller at a time; it
/// takes the log's lock for moments only, so that appends and fetches go on meanwhile.
/// </summary>
internal sealed class LogCompaction(LogContents log)
{
    private const string CleanedFile = "cleaned-offset";
    private const int MaxKeys = 5_000_000;

    private long? _firstDirtyOffset;

    /// <summary>Drops records that later ones of the same key replace, when enough of the log is dirty or waited long enough.</summary>
    /// <returns>Whether there was something to clean.</returns>
    public bool Run(LogOptions options)
    {
        if (Plan(options) is not { } plan) return false;

        var map = new OffsetsByKey(MaxKeys);
        var transactions = new CleanedTransactions(plan.Aborted);
        foreach (var segment in plan.Segments)
        {
            if (segment.NextOffset > plan.FirstDirtyOffset && !LogCleaner.Map(segment, plan.FirstDirtyOffset, map, transactions)) break;
        }

        var cleanedTo = map.LatestOffset + 1;
        transactions = new CleanedTransactions(plan.Aborted);
        using var cleaner = new LogCleaner(map, transactions, plan.ActiveProducers, plan.UpperBound, log.NowMs, options.DeleteRetentionMs);
        foreach (var group in Groups(plan.Segments.Where(segment => segment.BaseOffset < cleanedTo), options.SegmentBytes))
        {
            if (!Clean(group, cleaner)) return false;
        }

        lock (log.Lock)
        {
            log.Producers.Aborted.Forget(transactions.Gone);
            _firstDirtyOffset = cleanedTo;
            if (log.Store.IsDurable) log.Store.Save(CleanedFile, Encoding.ASCII.GetBytes(cleanedTo.ToString(CultureInfo.InvariantCulture)));
        }

        return true;
    }

    private CompactionPlan? Plan(LogOptions options)
    {
        lock (log.Lock)
        {
            if (log.IsClosed) return null;

            var firstDirty = Math.Max(FirstDirtyOffset(), log.Segments.First.BaseOffset);
            RollIfOverdue(firstDirty, options);

            // The active segment, open transactions, and what is too young stay as they are.
            var now = log.NowMs;
            var segments = log.Segments.All.Take(log.Segments.All.Count - 1)
                .TakeWhile(segment => segment.NextOffset <= log.StableOffset
                    && (options.MinCompactionLagMs <= 0 || now - segment.LargestTimestamp >= options.MinCompactionLagMs))
                .ToList();
            var dirty = segments.Where(segment => segment.NextOffset > firstDirty).ToList();
            var dirtyBytes = dirty.Sum(segment => segment.Size);
            if (dirtyBytes == 0) return null;

            var isDue = dirtyBytes > options.MinCleanableDirtyRatio * segments.Sum(segment => segment.Size) || IsOverdue(dirty[0], options);
            if (!isDue) return null;

            var upperBound = segments[^1].NextOffset;
            return new CompactionPlan(
                segments,
                firstDirty,
                upperBound,
                log.Producers.Aborted.In(segments[0].BaseOffset, upperBound),
                log.Producers.All.ToDictionary(producer => producer.ProducerId,
                    producer => new LogCleaner.LastRecord(producer.LastOffset, producer.ProducerEpoch)));
        }
    }

    private long FirstDirtyOffset()
    {
        _firstDirtyOffset ??= log.Store.Load(CleanedFile) is { } text
            && long.TryParse(Encoding.ASCII.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var saved) ? saved : 0;
        if (_firstDirtyOffset > log.EndOffset) _firstDirtyOffset = 0;
        return _firstDirtyOffset.Value;
    }

    /// <summary>What waited longer than max.compaction.lag.ms in the active segment is made cleanable (KIP-354).</summary>
    private void RollIfOverdue(long firstDirty, LogOptions options)
    {
        var active = log.Segments.Active;
        if (active.Size > 0 && active.NextOffset > firstDirty && IsOverdue(active, options)) log.Segments.Roll(log.NowMs);
    }

    private bool IsOverdue(LogSegment segment, LogOptions options)
    {
        var first = segment.FirstTimestamp >= 0 ? segment.FirstTimestamp : segment.CreatedMs;
        return options.MaxCompactionLagMs != long.MaxValue && log.NowMs - first > options.MaxCompactionLagMs;
    }

    private bool Clean(List<LogSegment> group, LogCleaner cleaner)
    {
        var bytes = log.Store.CreateCleaned(group[0].BaseOffset);
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

        lock (log.Lock)
        {
            if (!log.IsClosed && log.Segments.TryReplace(group, cleaned)) return true;

            bytes.Delete();
            return false;
        }
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
        IReadOnlyList<LogSegment> Segments,
        long FirstDirtyOffset,
        long UpperBound,
        IReadOnlyList<AbortedTxn> Aborted,
        IReadOnlyDictionary<long, LogCleaner.LastRecord> ActiveProducers);
}
