using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Logs;

internal sealed partial class PartitionLog
{
    /// <summary>Moves the log start up (DeleteRecords); segments wholly below it go.</summary>
    public ErrorCode DeleteRecordsBefore(long offset, out long logStartOffset)
    {
        ErrorCode error;
        lock (_lock)
        {
            error = _isClosed ? ErrorCode.NotLeaderOrFollower : offset > EndOffset ? ErrorCode.OffsetOutOfRange : ErrorCode.None;
            try
            {
                if (error == ErrorCode.None) RaiseLogStart(offset);
            }
            catch (IOException)
            {
                error = ErrorCode.KafkaStorageError;
            }

            logStartOffset = _logStartOffset;
        }

        WakeWaiters();
        return error;
    }

    /// <summary>Drops segments that retention by size or time gives up (UnifiedLog.deleteOldSegments), and producers that were silent for too long.</summary>
    public void ApplyRetention(long producerExpirationMs)
    {
        var startOffset = LogStartOffset;
        lock (_lock)
        {
            if (_isClosed) return;

            if (Options.Delete)
            {
                DropBySize(Options.RetentionBytes);
                DropByTime(Options.RetentionMs);
            }

            _producers.ExpireUpTo(NowMs - producerExpirationMs);
        }

        if (LogStartOffset != startOffset) WakeWaiters();
    }

    /// <summary>
    /// Cuts the log off at <paramref name="offset"/>, as a leader does that was elected without having it all; from there <paramref name="leaderEpoch"/>
    /// writes, and nothing of the old one comes between.
    /// </summary>
    public void Truncate(long offset, int leaderEpoch)
    {
        lock (_lock)
        {
            while (_segments.Count > 1 && _segments[^1].BaseOffset >= offset) DropLast();

            _store.Remove(SegmentFacts.FileName(_segments[^1].BaseOffset));
            _store.Remove(ProducerSnapshot.FileName);
            _segments[^1].Truncate(offset);
            _epochs.TruncateFrom(EndOffset);
            _leaderEpoch = leaderEpoch;
            _epochs.Assign(leaderEpoch, EndOffset);
            SaveEpochs();
            if (_logStartOffset > EndOffset)
            {
                _logStartOffset = EndOffset;
                SaveLogStart();
            }

            RebuildProducers();
        }

        WakeWaiters();
    }

    /// <summary>Forgets a producer id, as after producer.id.expiration.ms.</summary>
    public bool ExpireProducer(long producerId)
    {
        lock (_lock) return _producers.Expire(producerId);
    }

    /// <summary>Removes the log for good.</summary>
    public void Delete()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var segment in _segments) segment.Bytes.Dispose();
            _store.Delete();
        }

        WakeWaiters();
    }

    private void DropBySize(long retentionBytes)
    {
        var excess = TotalSize - retentionBytes;
        if (retentionBytes < 0 || excess < 0) return;

        var count = 0;
        foreach (var segment in _segments)
        {
            if (excess < segment.Size || (segment == _segments[^1] && segment.Size == 0)) break;

            excess -= segment.Size;
            count++;
        }

        DropFirst(count);
    }

    private void DropByTime(long retentionMs)
    {
        if (retentionMs < 0) return;

        var count = 0;
        foreach (var segment in _segments)
        {
            if (NowMs - segment.LargestTimestamp <= retentionMs || (segment == _segments[^1] && segment.Size == 0)) break;

            count++;
        }

        DropFirst(count);
    }

    private void DropFirst(int count)
    {
        if (count == 0) return;

        if (count == _segments.Count)
        {
            // First what is before the last: a full disk may have no room for a new file either.
            RaiseLogStart(_segments[^1].BaseOffset);
            count = 1;
            Roll();
        }

        RaiseLogStart(_segments[count].BaseOffset);
    }

    /// <summary>
    /// Segments wholly below go before anything is written down: a full disk must not keep itself from being freed. After a crash between, the log
    /// starts with its first segment.
    /// </summary>
    private void RaiseLogStart(long offset)
    {
        if (offset <= _logStartOffset && _isLogStartSaved) return;

        Volatile.Write(ref _logStartOffset, Math.Max(offset, _logStartOffset));
        _isLogStartSaved = false;
        while (_segments.Count > 1 && _segments[1].BaseOffset <= offset)
        {
            _store.Remove(SegmentFacts.FileName(_segments[0].BaseOffset));
            _segments[0].Bytes.Delete();
            _segments.RemoveAt(0);
        }

        _producers.Aborted.ForgetBelow(offset);
        SaveLogStart();
        _isLogStartSaved = true;
        if (_epochs.ForgetBelow(offset)) SaveEpochs();
    }

    private void DropLast()
    {
        _store.Remove(SegmentFacts.FileName(_segments[^1].BaseOffset));
        _segments[^1].Bytes.Delete();
        _segments.RemoveAt(_segments.Count - 1);
    }
}
