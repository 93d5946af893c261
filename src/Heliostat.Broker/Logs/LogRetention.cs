namespace Heliostat.Broker.Logs;

/// <summary>
/// Drops whole segments that retention gives up (UnifiedLog.deleteOldSegments), the oldest first. With the log's lock held.
/// </summary>
internal static class LogRetention
{
    public static void Apply(LogContents log, LogOptions options)
    {
        if (options.RetentionBytes >= 0) DropBySize(log, options.RetentionBytes);
        if (options.RetentionMs >= 0) DropByTime(log, options.RetentionMs);
    }

    private static void DropBySize(LogContents log, long retentionBytes)
    {
        var excess = log.Segments.Size - retentionBytes;
        if (excess < 0) return;

        var count = 0;
        foreach (var segment in log.Segments.All)
        {
            if (excess < segment.Size || IsEmptyEnd(log, segment)) break;

            excess -= segment.Size;
            count++;
        }

        DropFirst(log, count);
    }

    private static void DropByTime(LogContents log, long retentionMs)
    {
        var count = 0;
        foreach (var segment in log.Segments.All)
        {
            if (log.NowMs - segment.LargestTimestamp <= retentionMs || IsEmptyEnd(log, segment)) break;

            count++;
        }

        DropFirst(log, count);
    }

    private static bool IsEmptyEnd(LogContents log, LogSegment segment) => segment == log.Segments.Active && segment.Size == 0;

    private static void DropFirst(LogContents log, int count)
    {
        if (count == 0) return;

        if (count == log.Segments.All.Count)
        {
            // First what is before the last: a full disk may have no room for a new file either.
            log.RaiseStart(log.Segments.Active.BaseOffset);
            count = 1;
            log.Segments.Roll(log.NowMs);
        }

        log.RaiseStart(log.Segments.All[count].BaseOffset);
    }
}
