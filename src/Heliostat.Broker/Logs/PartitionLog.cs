using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The log of one partition (UnifiedLog): segments, producers, epochs, and the fetches that wait at its end. There is one copy of it in the
/// cluster, so the high watermark is the log end. Thread-safe.
/// </summary>
internal sealed partial class PartitionLog : IDisposable
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
    private int _leaderEpoch = LeaderEpochs.Unknown;

    public PartitionLog(ILogStore store, LogOptions options, TimeProvider time)
    {
        _store = store;
        _options = options;
        _time = time;
        Recover();
    }

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
            lock (_lock) return _segments.Sum(segment => segment.Size);
        }
    }

    private long EndOffset => _segments[^1].NextOffset;

    private long StableOffset => _producers.FirstUnstableOffset ?? EndOffset;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>From here on <paramref name="epoch"/> writes.</summary>
    public void BeginEpoch(int epoch)
    {
        lock (_lock)
        {
            _leaderEpoch = epoch;
            _epochs.Assign(epoch, EndOffset);
            _store.SaveEpochs(_epochs.Entries);
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
    /// <param name="guard">
    /// What <see cref="TransactionGuard"/> said before the coordinator was asked whether the partition takes part; null when it was not asked or
    /// said no, and the batch may not open a transaction (KIP-890).
    /// </param>
    public AppendResult Append(Memory<byte> batch, int leaderEpoch, int? guard)
    {
        var options = Options;
        var validated = BatchValidator.Validate(batch, options, NowMs, AppendOrigin.Client);
        if (validated.Error != ErrorCode.None) return validated with { LogStartOffset = LogStartOffset };

        var span = batch.Span;
        AppendResult result;
        lock (_lock)
        {
            var header = new RecordBatchHeader(span);
            if (leaderEpoch != _leaderEpoch) return AppendResult.Refused(ErrorCode.NotLeaderOrFollower);

            var error = _producers.Check(header, out var duplicate, out var message);
            if (error != ErrorCode.None) return AppendResult.Refused(error, message) with { LogStartOffset = _logStartOffset };
            if (duplicate is { } known) return new AppendResult(ErrorCode.None, known.FirstOffset, known.Timestamp, _logStartOffset, null, null);
            if (header.IsTransactional && !MayTakePart(header, guard))
                return AppendResult.Refused(ErrorCode.InvalidTxnState, "Record was not part of an ongoing transaction");
            if (span.Length > options.SegmentBytes)
                return AppendResult.Refused(ErrorCode.RecordListTooLarge, "The batch is larger than segment.bytes");

            var baseOffset = Store(span, leaderEpoch, options);
            _producers.Appended(new RecordBatchHeader(span));
            result = new AppendResult(ErrorCode.None, baseOffset, validated.LogAppendTimeMs == 0 ? -1 : validated.LogAppendTimeMs, _logStartOffset, null, null);
        }

        foreach (var waiter in Volatile.Read(ref _waiters)) waiter.Appended(span.Length);
        return result;
    }

    /// <summary>To be asked before the coordinator is, and given to <see cref="Append"/>: it changes when a transaction of the producer ends here.</summary>
    public int TransactionGuard(long producerId)
    {
        lock (_lock) return _producers.Find(producerId)?.EndedTransactions ?? 0;
    }

    /// <summary>Ends a producer's transaction here with a marker.</summary>
    public ErrorCode AppendMarker(long producerId, short producerEpoch, bool commit, int coordinatorEpoch)
    {
        using var builder = new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = producerEpoch };
        new ControlRecord(commit ? ControlRecordType.Commit : ControlRecordType.Abort, coordinatorEpoch).AppendTo(builder, NowMs);
        var marker = builder.Build().ToArray();
        lock (_lock)
        {
            var error = _producers.CheckMarker(producerId, producerEpoch, coordinatorEpoch);
            if (error != ErrorCode.None) return error;

            Store(marker, _leaderEpoch, Options);
            _producers.Ended(new RecordBatchHeader(marker), commit, coordinatorEpoch);
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
            if (EndOffset == knownEndOffset) return;
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

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var segment in _segments) segment.Dispose();
        }

        WakeWaiters();
    }

    private bool MayTakePart(in RecordBatchHeader header, int? guard)
    {
        var producer = _producers.Find(header.ProducerId);
        if (producer is { CurrentTxnFirstOffset: not null } && producer.ProducerEpoch == header.ProducerEpoch) return true;
        return guard == (producer?.EndedTransactions ?? 0);
    }

    private long Store(Span<byte> batch, int leaderEpoch, LogOptions options)
    {
        var active = _segments[^1];
        if (MustRoll(active, batch.Length, options)) active = Roll();

        var baseOffset = active.NextOffset;
        RecordBatchHeader.Place(batch, baseOffset, leaderEpoch);
        active.Append(batch);
        return baseOffset;
    }

    private bool MustRoll(LogSegment active, int byteCount, LogOptions options) =>
        active.Size > 0 && (active.Size + byteCount > options.SegmentBytes || NowMs - active.CreatedMs > options.SegmentMs);

    private LogSegment Roll()
    {
        _segments[^1].Bytes.Flush();
        var next = new LogSegment(EndOffset, _store.Create(EndOffset), NowMs);
        _segments.Add(next);
        return next;
    }
}
