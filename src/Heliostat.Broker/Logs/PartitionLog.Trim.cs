using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

internal sealed partial class PartitionLog
{
    /// <summary>Moves the log start up (DeleteRecords); segments wholly below it go.</summary>
    public ErrorCode DeleteRecordsBefore(long offset, out long logStartOffset)
    {
        ErrorCode error;
        lock (_lock)
        {
            error = offset > EndOffset ? ErrorCode.OffsetOutOfRange : ErrorCode.None;
            if (error == ErrorCode.None) RaiseLogStart(offset);
            logStartOffset = _logStartOffset;
        }

        WakeWaiters();
        return error;
    }

    /// <summary>Drops segments that retention by time or size gives up (UnifiedLog.deleteOldSegments).</summary>
    public void ApplyRetention(long producerExpirationMs)
    {
        lock (_lock)
        {
            var options = Options;
            var now = NowMs;
            if (options.Delete)
            {
                if (MustRoll(_segments[^1], 0, options)) Roll();
                var excess = options.RetentionBytes < 0 ? -1 : _segments.Sum(segment => segment.Size) - options.RetentionBytes;
                var drop = 0;
                foreach (var segment in _segments)
                {
                    if (segment.Size == 0) break;

                    var old = options.RetentionMs >= 0 && now - segment.MaxTimestamp > options.RetentionMs;
                    var tooMuch = excess >= segment.Size;
                    if (!old && !tooMuch) break;

                    excess -= segment.Size;
                    drop++;
                }

                if (drop == _segments.Count) Roll();
                if (drop > 0) RaiseLogStart(_segments[drop].BaseOffset);
            }

            _producers.ExpireBefore(now - producerExpirationMs);
        }
    }

    /// <summary>Cuts the log off at <paramref name="offset"/>, as a leader does that was elected without having it all.</summary>
    public void Truncate(long offset)
    {
        lock (_lock)
        {
            while (_segments.Count > 1 && _segments[^1].BaseOffset >= offset)
            {
                _segments[^1].Bytes.Delete();
                _segments.RemoveAt(_segments.Count - 1);
            }

            _segments[^1].Truncate(offset);
            _epochs.TruncateFrom(EndOffset);
            _logStartOffset = Math.Min(_logStartOffset, EndOffset);
            _store.SaveEpochs(_epochs.Entries);
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
            foreach (var segment in _segments) segment.Bytes.Delete();
            _store.Delete();
        }

        WakeWaiters();
    }

    private void RaiseLogStart(long offset)
    {
        if (offset <= _logStartOffset) return;

        _logStartOffset = offset;
        _store.SaveLogStart(offset);
        while (_segments.Count > 1 && _segments[0].NextOffset <= offset && _segments[1].BaseOffset <= offset)
        {
            _segments[0].Bytes.Delete();
            _segments.RemoveAt(0);
        }

        _epochs.ForgetBelow(offset);
        _producers.ForgetBelow(offset);
    }

    private void Recover()
    {
        foreach (var stored in _store.Open())
        {
            var segment = new LogSegment(stored.BaseOffset, stored.Bytes, NowMs);
            for (long at = 0; segment.TryRead(at, out var batch); at += batch.Size) segment.Note(batch);
            _segments.Add(segment);
        }

        if (_segments.Count == 0)
        {
            var start = _store.LoadLogStart();
            _segments.Add(new LogSegment(start, _store.Create(start), NowMs));
        }

        _logStartOffset = Math.Clamp(_store.LoadLogStart(), _segments[0].BaseOffset, EndOffset);
        foreach (var (epoch, startOffset) in _store.LoadEpochs())
        {
            if (startOffset <= EndOffset) _epochs.Assign(epoch, startOffset);
        }

        RebuildProducers();
    }

    private void RebuildProducers()
    {
        _producers.Clear();
        foreach (var segment in _segments)
        {
            for (long at = 0; segment.TryRead(at, out var batch); at += batch.Size)
            {
                var bytes = segment.Bytes.Read(at, batch.Size).Span;
                var header = new RecordBatchHeader(bytes);
                if (!header.IsControl) _producers.Appended(header);
                else if (ReadMarker(bytes) is { EndsTransaction: true } marker) _producers.Ended(header, marker.Type == ControlRecordType.Commit, marker.CoordinatorEpoch);
            }
        }
    }

    private static ControlRecord ReadMarker(ReadOnlySpan<byte> batch)
    {
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(batch, buffer);
        return reader.MoveNext() ? ControlRecord.Read(reader.Key, reader.Value) : default;
    }
}
