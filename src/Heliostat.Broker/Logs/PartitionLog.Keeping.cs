namespace Heliostat.Broker.Logs;

internal sealed partial class PartitionLog
{
    private long _flushedMs;

    /// <summary>Flushes the segments that are full, and saves what is known of them, so that the next start need not look through them.</summary>
    public void SealRolled()
    {
        if (!_store.IsDurable) return;

        foreach (var segment in Rolled())
        {
            // Outside the lock: nothing is appended to it any more, and appends elsewhere need not wait for the disk.
            FlushQuietly(segment);
            lock (_lock)
            {
                if (_isClosed || !_segments.Contains(segment) || segment == _segments[^1]) continue;

                SaveFacts(segment);
                segment.IsSealed = true;
            }
        }
    }

    /// <summary>Flushes what has waited for flush.ms.</summary>
    public void FlushIfDue()
    {
        if (!_store.IsDurable || Options.FlushMs == long.MaxValue) return;

        LogSegment active;
        long records;
        lock (_lock)
        {
            if (_isClosed || _unflushedRecords == 0 || NowMs - _flushedMs < Options.FlushMs) return;

            active = _segments[^1];
            records = _unflushedRecords;
            _unflushedRecords = 0;
        }

        try
        {
            FlushQuietly(active);
            lock (_lock) _flushedMs = NowMs;
        }
        catch
        {
            lock (_lock) _unflushedRecords += records;
            throw;
        }
    }

    /// <summary>Makes everything survive a crash of the machine, saves what the next start wants to know, and takes no more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_isClosed) return;

            _isClosed = true;
            if (_store.IsDurable)
            {
                foreach (var segment in _segments)
                {
                    segment.Bytes.Close();
                    if (!segment.IsSealed) SaveFacts(segment);
                }

                _store.Save(ProducerSnapshot.FileName, ProducerSnapshot.Encode(_producers, EndOffset));
            }
        }

        WakeWaiters();
    }

    /// <summary>Lets everything go as it is, as the end of the process would.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var segment in _segments) segment.Bytes.Dispose();
        }

        WakeWaiters();
    }

    private List<LogSegment> Rolled()
    {
        lock (_lock)
        {
            if (_segments.Count == 1) return [];

            var rolled = _segments.FindAll(segment => !segment.IsSealed && segment != _segments[^1]);
            if (rolled.Count > 0 && !_isClosed) _store.Save(ProducerSnapshot.FileName, ProducerSnapshot.Encode(_producers, EndOffset));
            return _isClosed ? [] : rolled;
        }
    }

    private void SaveFacts(LogSegment segment) => _store.Save(SegmentFacts.FileName(segment.BaseOffset), SegmentFacts.Of(segment).Encode());

    private void FlushLocked()
    {
        foreach (var segment in _segments)
        {
            if (!segment.Bytes.IsFlushed) segment.Bytes.Flush();
        }

        _unflushedRecords = 0;
        _flushedMs = NowMs;
    }

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
