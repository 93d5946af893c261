using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The log of one partition (UnifiedLog), as its users see it: appends, reads, and what keeps it small and safe. There is one copy of it in
/// the cluster: the high watermark is the log end, but where followers take time (<see cref="Replicated"/>). Thread-safe: what it holds is
/// in one place with one lock, and fetches that wait are woken without it.
/// </summary>
internal sealed class PartitionLog
{
    private readonly LogContents _log;
    private readonly LogReader _reader;
    private readonly LogFlushing _flushing;
    private readonly LogCompaction _compaction;
    private readonly FetchWaiters _waiters = new();
    private LogOptions _options;

    /// <summary>Opens the log, with what the store kept of it.</summary>
    /// <param name="name">Topic and partition, as words to a client name them.</param>
    /// <param name="store">Where its segments are.</param>
    /// <param name="options">The topic's settings.</param>
    /// <param name="time">The clock.</param>
    public PartitionLog(string name, ILogStore store, LogOptions options, TimeProvider time)
    {
        Name = name;
        _options = options;
        _log = new LogContents(store, time);
        _reader = new LogReader(_log);
        _flushing = new LogFlushing(_log);
        _compaction = new LogCompaction(_log);
        Damage = LogRecovery.Run(_log);
    }

    public string Name { get; }

    /// <summary>What was cut off when the log was opened, in words for an operator; null when nothing was.</summary>
    public string? Damage { get; }

    public LogOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }

    public long LogStartOffset => _log.StartOffset;

    /// <summary>The newest leader epoch; -1 when there was none.</summary>
    public int LatestEpoch
    {
        get
        {
            lock (_log.Lock) return Math.Max(_log.LeaderEpoch, _log.Epochs.Latest);
        }
    }

    /// <summary>The epoch that wrote the first record, as far as it is known (ListOffsets, earliest).</summary>
    public int EpochOfStart
    {
        get
        {
            lock (_log.Lock)
                return _log.Epochs.Entries is [var first, ..] && first.StartOffset <= _log.StartOffset ? first.Epoch : LeaderEpochs.Unknown;
        }
    }

    public long LogEndOffset
    {
        get
        {
            lock (_log.Lock) return _log.EndOffset;
        }
    }

    /// <summary>The end of what all replicas in sync have: consumers see no further.</summary>
    public long HighWatermark
    {
        get
        {
            lock (_log.Lock) return _log.VisibleEnd;
        }
    }

    public long LastStableOffset
    {
        get
        {
            lock (_log.Lock) return _log.StableOffset;
        }
    }

    public long Size
    {
        get
        {
            lock (_log.Lock) return _log.Segments.Size;
        }
    }

    /// <summary>From here on <paramref name="epoch"/> writes.</summary>
    public void BeginEpoch(int epoch)
    {
        lock (_log.Lock)
        {
            _log.LeaderEpoch = epoch;
            if (_log.Epochs.Assign(epoch, _log.EndOffset)) _log.SaveEpochs();
        }

        WakeWaiters();
    }

    /// <summary>
    /// All replicas in sync have what ends at <paramref name="offset"/>; from the first call on consumers see no further.
    /// </summary>
    public void Replicated(long offset)
    {
        lock (_log.Lock)
        {
            if (_log.ReplicatedTo == offset) return;
            _log.ReplicatedTo = offset;
        }

        WakeWaiters();
    }

    /// <summary>The largest epoch not above the one asked for, and where it ended (OffsetForLeaderEpoch).</summary>
    public (int Epoch, long EndOffset) EndOfEpoch(int epoch)
    {
        lock (_log.Lock) return _log.Epochs.EndOf(epoch, _log.EndOffset);
    }

    /// <summary>
    /// Whether a fetcher that last saw <paramref name="lastFetchedEpoch"/> before <paramref name="offset"/> saw this log (KIP-595).
    /// </summary>
    public ErrorCode CheckDivergence(long offset, int lastFetchedEpoch, out (int Epoch, long EndOffset)? diverging)
    {
        diverging = null;
        lock (_log.Lock)
        {
            var (epoch, endOffset) = _log.Epochs.EndOf(lastFetchedEpoch, _log.EndOffset);
            if (epoch == LeaderEpochs.Unknown) return ErrorCode.OffsetOutOfRange;
            if (epoch < lastFetchedEpoch || endOffset < offset) diverging = (epoch, endOffset);
            return ErrorCode.None;
        }
    }

    /// <summary>Appends one batch of magic 2. Its header is changed in place, its bytes are copied.</summary>
    /// <param name="batch">The whole batch.</param>
    /// <param name="leaderEpoch">The epoch to stamp it with.</param>
    /// <param name="verified">What <see cref="BeginVerification"/> said before the coordinator said yes; null when nobody was
    /// asked.</param>
    public AppendResult Append(Memory<byte> batch, int leaderEpoch, TransactionVerification? verified)
    {
        var options = Options;
        var validated = BatchValidator.Validate(batch, options, Name, _log.NowMs);
        if (validated.Refusal is { } refusal) return refusal.WithLogStart(LogStartOffset);

        var span = validated.Batch.Span;
        AppendResult result;
        bool isVisible;
        lock (_log.Lock)
        {
            isVisible = _log.ReplicatedTo == long.MaxValue;
            if (_log.IsClosed || leaderEpoch != _log.LeaderEpoch) return AppendResult.Refused(ErrorCode.NotLeaderOrFollower);

            result = AppendLocked(span, options, verified);
        }

        if (result.IsNew && isVisible) _waiters.Appended(span.Length);
        return result;
    }

    /// <summary>
    /// To be called before the coordinator is asked whether the partition takes part in the transaction of a batch, and given to
    /// <see cref="Append"/> after; none when nobody need be asked, because the transaction is open here.
    /// </summary>
    public ErrorCode BeginVerification(in RecordBatchHeader batch, bool addsPartitions, out TransactionVerification? verification)
    {
        lock (_log.Lock) return _log.Producers.BeginVerification(batch, addsPartitions, _log.NowMs, out verification);
    }

    /// <summary>Ends a producer's transaction here with a marker.</summary>
    public ErrorCode AppendMarker(long producerId, short producerEpoch, bool commit, int coordinatorEpoch)
    {
        using var builder = new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = producerEpoch };
        new ControlRecord(commit ? ControlRecordType.Commit : ControlRecordType.Abort, coordinatorEpoch).AppendTo(builder, _log.NowMs);
        var marker = builder.Build().ToArray();
        lock (_log.Lock)
        {
            if (_log.IsClosed) return ErrorCode.NotLeaderOrFollower;

            var error = _log.Producers.CheckMarker(producerId, producerEpoch, coordinatorEpoch);
            if (error != ErrorCode.None) return error;

            try
            {
                Store(marker, Options);
                _log.Producers.Ended(new RecordBatchHeader(marker), commit, coordinatorEpoch);
                _flushing.FlushIfFull(Options);
            }
            catch (IOException)
            {
                return ErrorCode.KafkaStorageError;
            }
        }

        WakeWaiters();
        return ErrorCode.None;
    }

    /// <inheritdoc cref="LogReader.Read"/>
    public ReadResult Read(long offset, int maxBytes, bool atLeastOne, bool committed, Rows<AbortedTransaction> aborted) =>
        _reader.Read(offset, maxBytes, atLeastOne, committed, aborted);

    /// <inheritdoc cref="LogReader.FindTimestamp"/>
    public TimestampedOffset FindTimestamp(long timestamp) => _reader.FindTimestamp(timestamp);

    /// <inheritdoc cref="LogReader.FindMaxTimestamp"/>
    public TimestampedOffset FindMaxTimestamp() => _reader.FindMaxTimestamp();

    /// <summary>What is known about each producer.</summary>
    public List<ProducerState> Producers()
    {
        lock (_log.Lock) return [.. _log.Producers.All];
    }

    /// <summary>Whether a transaction of the producer is open here.</summary>
    public bool HasOpenTransaction(long producerId)
    {
        lock (_log.Lock) return _log.Producers.Find(producerId)?.CurrentTxnFirstOffset is not null;
    }

    /// <summary>Forgets a producer id, as after producer.id.expiration.ms.</summary>
    public bool ExpireProducer(long producerId)
    {
        lock (_log.Lock) return _log.Producers.Expire(producerId);
    }

    /// <summary>Moves the log start up (DeleteRecords); segments wholly below it go.</summary>
    public ErrorCode DeleteRecordsBefore(long offset, out long logStartOffset)
    {
        ErrorCode error;
        lock (_log.Lock)
        {
            error = _log.IsClosed ? ErrorCode.NotLeaderOrFollower : offset > _log.VisibleEnd ? ErrorCode.OffsetOutOfRange : ErrorCode.None;
            try
            {
                if (error == ErrorCode.None) _log.RaiseStart(offset);
            }
            catch (IOException)
            {
                error = ErrorCode.KafkaStorageError;
            }

            logStartOffset = _log.StartOffset;
        }

        WakeWaiters();
        return error;
    }

    /// <summary>Drops segments that retention by size or time gives up, and producers that were silent for too long.</summary>
    public void ApplyRetention(long producerExpirationMs)
    {
        var startOffset = LogStartOffset;
        lock (_log.Lock)
        {
            if (_log.IsClosed) return;

            if (Options.Delete) LogRetention.Apply(_log, Options);
            _log.Producers.ExpireUpTo(_log.NowMs - producerExpirationMs);
        }

        if (LogStartOffset != startOffset) WakeWaiters();
    }

    /// <summary>
    /// Cuts the log off at <paramref name="offset"/>, as a leader does that was elected without having it all; from there
    /// <paramref name="leaderEpoch"/>
    /// writes, and nothing of the old one comes between.
    /// </summary>
    public void Truncate(long offset, int leaderEpoch)
    {
        lock (_log.Lock) _log.Truncate(offset, leaderEpoch);

        WakeWaiters();
    }

    /// <inheritdoc cref="LogCompaction.Run"/>
    public bool Compact() => Options is { Compact: true } options && _compaction.Run(options);

    /// <inheritdoc cref="LogFlushing.FlushIfDue"/>
    public void FlushIfDue() => _flushing.FlushIfDue(Options);

    /// <inheritdoc cref="LogFlushing.SealRolled"/>
    public void SealRolled() => _flushing.SealRolled();

    /// <summary>Makes everything survive a crash of the machine, saves what the next start wants to know, and takes no more.</summary>
    public void Close()
    {
        lock (_log.Lock)
        {
            if (_log.IsClosed) return;

            _log.IsClosed = true;
            _flushing.Close();
        }

        WakeWaiters();
    }

    /// <summary>Lets everything go as it is, as the end of the process would.</summary>
    public void Abandon()
    {
        lock (_log.Lock) LetGo();

        WakeWaiters();
    }

    /// <summary>Removes the log for good.</summary>
    public void Delete()
    {
        lock (_log.Lock)
        {
            LetGo();
            _log.Store.Delete();
        }

        WakeWaiters();
    }

    /// <summary>Lets a fetch wait for more than ends at <paramref name="knownEndOffset"/>.</summary>
    public void AddWaiter(FetchWaiter waiter, long knownEndOffset)
    {
        lock (_log.Lock)
        {
            _waiters.Add(waiter);
            if (_log.VisibleEnd == knownEndOffset && !_log.IsClosed) return;
        }

        waiter.Wake();
    }

    public void RemoveWaiter(FetchWaiter waiter)
    {
        lock (_log.Lock) _waiters.Remove(waiter);
    }

    /// <summary>Makes every waiting fetch look again: the leader, the log start or the topic changed.</summary>
    public void WakeWaiters() => _waiters.Wake();

    private void LetGo()
    {
        _log.IsClosed = true;
        foreach (var segment in _log.Segments.All) segment.Bytes.Dispose();
    }

    private AppendResult AppendLocked(Span<byte> batch, LogOptions options, TransactionVerification? verified)
    {
        var now = options.TimestampType == TimestampType.LogAppendTime ? _log.NowMs : -1;
        if (now >= 0) RecordBatchHeader.StampLogAppendTime(batch, now);

        var header = new RecordBatchHeader(batch);
        if (batch.Length > options.SegmentBytes) return AppendResult.Refused(ErrorCode.RecordListTooLarge);
        try
        {
            return _log.Producers.FindDuplicate(header) is { } known
                ? Known(known, options)
                : AppendNew(batch, header, now, options, verified);
        }
        catch (IOException)
        {
            return AppendResult.Refused(ErrorCode.KafkaStorageError);
        }
    }

    /// <summary>A batch that was stored before; the disk may have failed to flush it then.</summary>
    private AppendResult Known(ProducedBatch known, LogOptions options)
    {
        _flushing.FlushIfFull(options);
        return AppendResult.Duplicate(known, _log.StartOffset);
    }

    private AppendResult AppendNew(Span<byte> batch, RecordBatchHeader header, long now, LogOptions options,
        TransactionVerification? verified)
    {
        var error = _log.Producers.CheckTransaction(header, verified);
        if (error == ErrorCode.None) error = _log.Producers.Check(header);
        if (error != ErrorCode.None) return AppendResult.Refused(error).WithLogStart(_log.StartOffset);

        Store(batch, options);
        header = new RecordBatchHeader(batch);
        _log.Producers.Appended(header);
        _flushing.FlushIfFull(options);
        return AppendResult.Appended(header.BaseOffset, now, _log.StartOffset);
    }

    private void Store(Span<byte> batch, LogOptions options)
    {
        RecordBatchHeader.Place(batch, _log.EndOffset, _log.LeaderEpoch);
        var header = new RecordBatchHeader(batch);
        _log.Segments.Append(batch, header, options, _log.NowMs);
        _flushing.Appended(header.LastOffsetDelta + 1);
    }
}
