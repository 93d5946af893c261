namespace Heliostat.Broker.Logs;

/// <summary>
/// What of one log the disk has: flushes by count, by time and of full segments, and what is saved beside segments so that the next start
/// need not look through them. Methods that say so are called with the log's lock held; the others take it for moments, so that appends
/// need not wait for the disk.
/// </summary>
internal sealed class LogFlushing(LogContents log)
{
    private long _unflushedRecords;
    private long _flushedMs;

    /// <summary>So many more records were appended. With the lock held.</summary>
    public void Appended(int recordCount) => _unflushedRecords += recordCount;

    /// <summary>
    /// Flushes what flush.messages asks for. With the lock held, after the producers are noted: a batch that is stored and not flushed is
    /// refused, and known when it is sent again.
    /// </summary>
    public void FlushIfFull(LogOptions options)
    {
        if (_unflushedRecords < options.FlushMessages) return;

        foreach (var segment in log.Segments.All)
        {
            if (!segment.Bytes.IsFlushed) segment.Bytes.Flush();
        }

        _unflushedRecords = 0;
        _flushedMs = log.NowMs;
    }

    /// <summary>Flushes what has waited for flush.ms.</summary>
    public void FlushIfDue(LogOptions options)
    {
        if (!log.Store.IsDurable || options.FlushMs == long.MaxValue) return;

        LogSegment active;
        long records;
        lock (log.Lock)
        {
            if (log.IsClosed || _unflushedRecords == 0 || log.NowMs - _flushedMs < options.FlushMs) return;

            active = log.Segments.Active;
            records = _unflushedRecords;
            _unflushedRecords = 0;
        }

        try
        {
            FlushQuietly(active);
            lock (log.Lock) _flushedMs = log.NowMs;
        }
        catch
        {
            lock (log.Lock) _unflushedRecords += records;
            throw;
        }
    }

    /// <summary>Flushes the segments that are full, and saves what is known of them.</summary>
    public void SealRolled()
    {
        if (!log.Store.IsDurable) return;

        foreach (var segment in Rolled())
        {
            // Outside the lock: nothing is appended to it any more, and appends elsewhere need not wait for the disk.
            FlushQuietly(segment);
            lock (log.Lock)
            {
                if (log.IsClosed || !log.Segments.All.Contains(segment) || segment == log.Segments.Active) continue;

                SaveFacts(segment);
                segment.IsSealed = true;
            }
        }
    }

    /// <summary>Makes everything survive a crash of the machine, and saves what the next start wants to know. With the lock held.</summary>
    public void Close()
    {
        if (!log.Store.IsDurable) return;

        foreach (var segment in log.Segments.All)
        {
            segment.Bytes.Close();
            if (!segment.IsSealed) SaveFacts(segment);
        }

        SaveProducers();
    }

    private List<LogSegment> Rolled()
    {
        lock (log.Lock)
        {
            if (log.IsClosed || log.Segments.All.Count == 1) return [];

            var rolled = log.Segments.All.Where(segment => !segment.IsSealed && segment != log.Segments.Active).ToList();
            if (rolled.Count > 0) SaveProducers();
            return rolled;
        }
    }

    private void SaveFacts(LogSegment segment) =>
        log.Store.Save(SegmentFacts.FileName(segment.BaseOffset), SegmentFacts.Of(segment).Encode());

    private void SaveProducers() => log.Store.Save(ProducerSnapshot.FileName, ProducerSnapshot.Encode(log.Producers, log.EndOffset));

    private static void FlushQuietly(LogSegment segment)
    {
        try
        {
            segment.Bytes.Flush();
        }
        catch (ObjectDisposedException)
        {
            // Deleted or closed meanwhile: nothing is left to flush.
        }
    }
}
