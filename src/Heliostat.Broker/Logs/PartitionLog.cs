using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The log of one partition (UnifiedLog): segments, producers, epochs, and the fetches that wait at its end. There is one copy of it in the
/// cluster, so the high watermark is the log end. Thread-safe.
/// </summary>
internal sealed partial class PartitionLog
{
    private readonly Lock _lock = new();
    private readonly ILogStore _store;
    private readonly TimeProvider _time;
    private readonly List<LogSegment> _segments = [];
    private readonly ProducerStates _producers = new();
    private readonly LeaderEpochs _epochs = new();
    private FetchWaiter[] _waiters = [];
    private LogOptions _options;
    private long _logStartOffset;
    private bool _isLogStartSaved = true;
    private long _unflushedRecords;
    private int _leaderEpoch = LeaderEpochs.Unknown;
    private bool _isClosed;

    /// <summary>Opens the log, with what the store kept of it.</summary>
    /// <param name="name">Topic and partition, as words to a client name them.</param>
    /// <param name="store">Where its segments are.</param>
    /// <param name="options">The topic's settings.</param>
    /// <param name="time">The clock.</param>
    public PartitionLog(string name, ILogStore store, LogOptions options, TimeProvider time)
    {
        Name = name;
        _store = store;
        _options = options;
        _time = time;
        Damage = Recover();
    }

    public string Name { get; }

    /// <summary>What was cut off when the log was opened, in words for an operator; null when nothing was.</summary>
    public string? Damage { get; }

    public LogOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }

    public long LogStartOffset => Volatile.Read(ref _logStartOffset);

    /// <summary>The newest leader epoch; -1 when there was none.</summary>
    public int LatestEpoch
    {
        get
        {
            lock (_lock) return Math.Max(_leaderEpoch, _epochs.Latest);
        }
    }

    public long LogEndOffset
    {
        get
        {
            lock (_lock) return EndOffset;
        }
    }

    public long LastStableOffset
    {
        get
        {
            lock (_lock) return StableOffset;
        }
    }

    public long Size
    {
        get
        {
            lock (_lock) return TotalSize;
        }
    }

    private long EndOffset => _segments[^1].NextOffset;

    private long TotalSize => _segments.Sum(segment => segment.Size);

    private long StableOffset => _producers.FirstUnstableOffset is { } unstable ? Math.Max(unstable, _logStartOffset) : EndOffset;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>From here on <paramref name="epoch"/> writes.</summary>
    public void BeginEpoch(int epoch)
    {
        lock (_lock)
        {
            _leaderEpoch = epoch;
            if (_epochs.Assign(epoch, EndOffset)) SaveEpochs();
        }

        WakeWaiters();
    }

    /// <summary>The largest epoch not above the one asked for, and where it ended (OffsetForLeaderEpoch).</summary>
    public (int Epoch, long EndOffset) EndOfEpoch(int epoch)
    {
        lock (_lock) return _epochs.EndOf(epoch, EndOffset);
    }

    /// <summary>Appends one batch of magic 2. Its header is changed in place, its bytes are copied.</summary>
    /// <param name="batch">The whole batch.</param>
    /// <param name="leaderEpoch">The epoch to stamp it with.</param>
    /// <param name="verified">What <see cref="BeginVerification"/> said before the coordinator said yes; null when nobody was asked.</param>
    public AppendResult Append(Memory<byte> batch, int leaderEpoch, TransactionVerification? verified)
    {
        var options = Options;
        var validated = BatchValidator.Validate(batch, options, Name, NowMs);
        if (validated.Refusal is { } refusal) return refusal.WithLogStart(LogStartOffset);

        var span = validated.Batch.Span;
        AppendResult result;
        lock (_lock)
        {
            if (_isClosed || leaderEpoch != _leaderEpoch) return AppendResult.Refused(ErrorCode.NotLeaderOrFollower);

            result = AppendLocked(span, options, verified);
        }

        if (result.IsNew) TellWaiters(span.Length);
        return result;
    }

    /// <summary>
    /// To be called before the coordinator is asked whether the partition takes part in the transaction of a batch, and given to <see cref="Append"/>
    /// after; none when nobody need be asked, because the transaction is open here.
    /// </summary>
    public ErrorCode BeginVerification(in RecordBatchHeader batch, bool addsPartitions, out TransactionVerification? verification)
    {
        lock (_lock) return _producers.BeginVerification(batch, addsPartitions, NowMs, out verification);
    }

    /// <summary>Ends a producer's transaction here with a marker.</summary>
    public ErrorCode AppendMarker(long producerId, short producerEpoch, bool commit, int coordinatorEpoch)
    {
        using var builder = new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = producerEpoch };
        new ControlRecord(commit ? ControlRecordType.Commit : ControlRecordType.Abort, coordinatorEpoch).AppendTo(builder, NowMs);
        var marker = builder.Build().ToArray();
        lock (_lock)
        {
            if (_isClosed) return ErrorCode.NotLeaderOrFollower;

            var error = _producers.CheckMarker(producerId, producerEpoch, coordinatorEpoch);
            if (error != ErrorCode.None) return error;

            try
            {
                Store(marker, Options);
                _producers.Ended(new RecordBatchHeader(marker), commit, coordinatorEpoch);
                FlushIfFull(Options);
            }
            catch (IOException)
            {
                return ErrorCode.KafkaStorageError;
            }
        }

        WakeWaiters();
        return ErrorCode.None;
    }

    /// <summary>Lets a fetch wait for more than ends at <paramref name="knownEndOffset"/>.</summary>
    public void AddWaiter(FetchWaiter waiter, long knownEndOffset)
    {
        lock (_lock)
        {
            _waiters = [.. _waiters, waiter];
            if (EndOffset == knownEndOffset && !_isClosed) return;
        }

        waiter.Wake();
    }

    public void RemoveWaiter(FetchWaiter waiter)
    {
        lock (_lock)
        {
            var index = Array.IndexOf(_waiters, waiter);
            if (index < 0) return;

            var left = new FetchWaiter[_waiters.Length - 1];
            _waiters.AsSpan(0, index).CopyTo(left);
            _waiters.AsSpan(index + 1).CopyTo(left.AsSpan(index));
            _waiters = left;
        }
    }

    /// <summary>Makes every waiting fetch look again: the leader, the log start or the topic changed.</summary>
    public void WakeWaiters()
    {
        foreach (var waiter in Volatile.Read(ref _waiters)) waiter.Wake();
    }

    private void TellWaiters(int byteCount)
    {
        foreach (var waiter in Volatile.Read(ref _waiters)) waiter.Appended(byteCount);
    }

    private AppendResult AppendLocked(Span<byte> batch, LogOptions options, TransactionVerification? verified)
    {
        var now = options.TimestampType == TimestampType.LogAppendTime ? NowMs : -1;
        if (now >= 0) RecordBatchHeader.StampLogAppendTime(batch, now);

        var header = new RecordBatchHeader(batch);
        if (batch.Length > options.SegmentBytes) return AppendResult.Refused(ErrorCode.RecordListTooLarge);
        try
        {
            return _producers.FindDuplicate(header) is { } known ? Known(known, options) : AppendNew(batch, header, now, options, verified);
        }
        catch (IOException)
        {
            return AppendResult.Refused(ErrorCode.KafkaStorageError);
        }
    }

    /// <summary>A batch that was stored before; the disk may have failed to flush it then.</summary>
    private AppendResult Known(ProducedBatch known, LogOptions options)
    {
        FlushIfFull(options);
        return AppendResult.Duplicate(known, _logStartOffset);
    }

    private AppendResult AppendNew(Span<byte> batch, RecordBatchHeader header, long now, LogOptions options, TransactionVerification? verified)
    {
        var error = _producers.CheckTransaction(header, verified);
        if (error == ErrorCode.None) error = _producers.Check(header);
        if (error != ErrorCode.None) return AppendResult.Refused(error).WithLogStart(_logStartOffset);

        Store(batch, options);
        header = new RecordBatchHeader(batch);
        _producers.Appended(header);
        FlushIfFull(options);
        return AppendResult.Appended(header.BaseOffset, now, _logStartOffset);
    }

    private void Store(Span<byte> batch, LogOptions options)
    {
        RecordBatchHeader.Place(batch, EndOffset, _leaderEpoch);
        var header = new RecordBatchHeader(batch);
        var active = _segments[^1];
        if (MustRoll(active, batch.Length, header.LastOffset, header.MaxTimestamp, options)) active = Roll();

        active.Append(batch);
        active.ModifiedMs = NowMs;
        _unflushedRecords += header.LastOffsetDelta + 1;
    }

    /// <summary>Flushes what flush.messages asks for, after the producers are noted: a batch that is stored and not flushed is refused, and known when it is sent again.</summary>
    private void FlushIfFull(LogOptions options)
    {
        if (_unflushedRecords >= options.FlushMessages) FlushLocked();
    }

    /// <summary>Whether the segment is full, or its first record too much older than this batch (LogSegment.shouldRoll).</summary>
    private bool MustRoll(LogSegment active, int byteCount, long lastOffset, long maxTimestamp, LogOptions options)
    {
        // Two segments from one offset on would be one file.
        if (active.Size == 0) return false;
        if (active.Size > options.SegmentBytes - byteCount || !active.Takes(byteCount, lastOffset)) return true;

        var ageMs = active.FirstTimestamp >= 0 ? maxTimestamp - active.FirstTimestamp : NowMs - active.CreatedMs;
        return ageMs > options.SegmentMs;
    }

    private LogSegment Roll()
    {
        var next = new LogSegment(EndOffset, _store.Create(EndOffset), NowMs);
        _segments.Add(next);
        return next;
    }
}
