using Heliostat.Client.Fetching;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>How a lane stands still and goes on: refusals of the target, failures of the source, the retry clock, the end.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private const string MaxMessageBytes = "max.message.bytes";

    private LanePause? _pause;
    private TaskCompletionSource? _settled;
    private bool _rewind;
    private int _refusals;
    private int _failures;
    private long _failedAt = -1;
    private long _refusedAt = -1;
    private bool _isRefusedForSize;
    private bool _isDoubtful;

    /// <summary>What several records may take together where the topic's limit may not be read: what it took, or half of what it refused.</summary>
    private int _triedBytes = int.MaxValue;

    private int _largestSent;

    /// <summary>Configs of the target's topic that decide whether it takes what it refused; empty while the lane does not stand still for that.</summary>
    public IReadOnlyList<string> WaitsFor { get; private set; } = [];

    /// <summary>Set after a batch was refused for its size: the stream looks up the topic's limit and calls <see cref="Limit"/>.</summary>
    public bool WantsLimit { get; private set; }

    /// <summary>
    /// It cannot tell any more whether the logs are those that its position is of, and nothing of it is in flight: it is to be closed, looked at
    /// (LossCheck), and opened again.
    /// </summary>
    public bool WantsCheck
    {
        get
        {
            lock (_gate)
            {
                return _isDoubtful && _inFlight == 0 && _status == LaneStatus.Paused;
            }
        }
    }

    /// <summary>What it wants to be checked for is that its topic or partition is not there.</summary>
    public bool Gone { get; private set; }

    /// <summary>The outlet gave up <paramref name="dropped"/> batches of this lane because the target refused the first of them.</summary>
    public void Refused(ILaneOutlet outlet, int dropped, ErrorCode code, string? message)
    {
        lock (_gate)
        {
            _inFlight -= dropped;
            _rewind = true;
            if (_inFlight == 0)
            {
                Settled();
            }

            if (_isDoubtful || _status is LaneStatus.Draining or LaneStatus.Closed)
            {
                return;
            }

            _refusals = _refusedAt == _tracker.Acknowledged ? _refusals + 1 : 1;
            _refusedAt = _tracker.Acknowledged;
            OnRefused(outlet, code, message);
        }
    }

    public void Failed(FetchCursor cursor, in FetchFailure failure)
    {
        lock (_gate)
        {
            if (_status != LaneStatus.Running)
            {
                return;
            }

            switch (failure.Kind)
            {
                case FetchFailureKind.OffsetOutOfRange when failure.LogStartOffset > _tracker.Read && GoesOnBehindGap(failure.LogStartOffset):
                    cursor.Seek(_tracker.Read);
                    cursor.Resume();
                    break;
                case FetchFailureKind.OffsetOutOfRange or FetchFailureKind.Diverged or FetchFailureKind.TopicGone or FetchFailureKind.Reappeared:
                    Gone = failure.Kind == FetchFailureKind.TopicGone && failure.NewTopicId == Guid.Empty;
                    Doubt(Suspicion(failure));
                    break;
                default:
                    Pause(Describe(failure));
                    break;
            }
        }
    }

    /// <summary>Called every now and then: goes on where the retry clock says so, and gives back what a silent target keeps waiting.</summary>
    public void Tend()
    {
        lock (_gate)
        {
            if (!_isDoubtful && _status == LaneStatus.Paused && _pause!.RetryAt is { } at && at <= _context.Time.GetUtcNow() && !WantsLimit && _inFlight == 0)
            {
                GoOn();
            }
            else if (_status == LaneStatus.Running)
            {
                TendRunning();
            }
        }
    }

    /// <summary>What the lane waits for has changed: it goes on at the next <see cref="Tend"/>.</summary>
    public void TryNow()
    {
        lock (_gate)
        {
            if (_status == LaneStatus.Paused && _pause is { RetryAt: not null } pause)
            {
                _pause = pause with { RetryAt = Now };
                WantsLimit |= WaitsFor.Contains(MaxMessageBytes);
            }
        }
    }

    /// <summary>
    /// The target topic takes batches of up to <paramref name="bytes"/>, or that may not be read (<see cref="int.MaxValue"/>); the lane was refused and goes on with that.
    /// </summary>
    public void Limit(int bytes)
    {
        lock (_gate)
        {
            WantsLimit = false;
            if (bytes == int.MaxValue && _isRefusedForSize)
            {
                _maxBatchBytes = bytes;
                _triedBytes = Math.Min(_triedBytes, _largestSent) is var refused && refused > DescribedConfigs.DefaultMaxMessageBytes
                    ? DescribedConfigs.DefaultMaxMessageBytes
                    : refused / 2;
                _largestSent = 0;
                return;
            }

            // The broker refused what this limit allows: something on the way is smaller than the topic says.
            _maxBatchBytes = bytes < _maxBatchBytes || !_isRefusedForSize || _refusals <= 1 ? bytes : Math.Max(_maxBatchBytes / 2, 1024);
        }
    }

    /// <summary>Takes in nothing more and ends when nothing is in flight.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _status = LaneStatus.Draining;
            _cursor?.Pause();
            GiveBackUnsent();
            _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inFlight == 0)
            {
                _settled.SetResult();
            }

            return _settled.Task;
        }
    }

    /// <summary>Ends the lane; returns what fetched for it.</summary>
    public FetchCursor? Close()
    {
        lock (_gate)
        {
            _status = LaneStatus.Closed;
            return _cursor;
        }
    }

    private void OnRefused(ILaneOutlet outlet, ErrorCode code, string? message)
    {
        var target = outlet.Target;
        switch (code)
        {
            case ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge when _triedBytes > RecordBatchHeader.Size:
                WantsLimit = _isRefusedForSize = true;
                Pause(new LanePause($"target: {target.Topic}-{target.Partition} refused a batch for its size; looking up the topic's limit to split it", Now));
                return;

            case ErrorCode.CorruptMessage when _refusals <= 2:
                _verify = true;
                Pause(new LanePause($"target: {target.Topic}-{target.Partition} found a batch corrupt; fetching it again", Now));
                return;
        }

        var cause = $"target: {target.Topic}-{target.Partition} did not take the batch at source offset {_tracker.Acknowledged}: {code}{(message is null ? "" : $" ({message})")}";
        var configs = TargetRefusal.Of(code)?.Deciding(message).Select(config => config.Name).ToArray() ?? [];
        if (code is not (ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge))
        {
            Fail($"{cause}{Advice(outlet, code, message)}", configs);
            return;
        }

        Fail($"{cause}; it is one record, and the topic's max.message.bytes may not be read", configs);
        WantsLimit = true;
        _isRefusedForSize = false;
    }

    private void OnRecordTooLarge(RecordPath path)
    {
        path.Flush();
        Fail(
            $"target: the record at offset {path.Read} of {Plan.Source.Topic}-{Plan.Source.Partition} needs a batch of {path.TooLargeBytes} bytes, "
            + $"and topic '{Plan.TargetTopic}' takes at most {_maxBatchBytes} (max.message.bytes){Advice(_outlets[0], ErrorCode.MessageTooLarge, needed: path.TooLargeBytes)}", [MaxMessageBytes]);
        WantsLimit = true;
        _isRefusedForSize = false;
    }

    /// <summary>
    /// A record or batch cannot be delivered: the mirror ends on it, or the lane waits for somebody to change the target, and looks soon at first and then
    /// ever more rarely.
    /// </summary>
    private void Fail(string cause, IReadOnlyList<string> configs)
    {
        _failures = _failedAt == _tracker.Acknowledged ? _failures + 1 : 0;
        _failedAt = _tracker.Acknowledged;
        var wait = TimeSpan.FromTicks(Math.Min((FirstRetry * (1 << Math.Min(_failures, 5))).Ticks, LastRetry.Ticks));
        Pause(new LanePause(cause, Now + wait), isTold: _failures > 0 && wait < LastRetry);
        WaitsFor = configs;
        _context.Abort?.Invoke(cause);
    }

    private string Advice(ILaneOutlet outlet, ErrorCode code, string? message = null, long? needed = null) =>
        TargetRefusal.Of(code) is { } refusal ? $": {refusal.Advice(outlet.Target.Topic, _context.TargetServers, message, needed)}" : "";

    private DateTimeOffset Now => _context.Time.GetUtcNow();

    private void Pause(LanePause pause, bool isTold = false)
    {
        _status = LaneStatus.Paused;
        _pause = pause;
        _rewind = true;
        _cursor?.Pause();
        if (isTold)
        {
            return;
        }

        if (pause.RetryAt is { } retryAt)
        {
            LogPaused(_context.Logger, Plan.Source.Topic, Plan.Source.Partition, pause.Cause, retryAt);
        }
        else
        {
            LogHalted(_context.Logger, Plan.Source.Topic, Plan.Source.Partition, pause.Cause);
        }
    }

    private void GoOn()
    {
        foreach (var outlet in _outlets)
        {
            outlet.Restart();
        }

        if (_rewind)
        {
            _tracker.Rewind();
            _rewind = false;
        }

        _status = LaneStatus.Running;
        _pause = null;
        WaitsFor = [];
        _acknowledgedAt = _tendedAt = _context.Time.GetTimestamp();
        _cursor?.Seek(_tracker.Read, _tracker.ReadEpoch);
        TakeOn();
    }

    private void Settled()
    {
        _settled?.TrySetResult();
        if (_isDoubtful)
        {
            _context.Doubtful();
        }
    }

    /// <summary>Stands still until its owner has looked at both logs; what is in flight is awaited before.</summary>
    public void Doubt(string why)
    {
        lock (_gate)
        {
            if (_isDoubtful || _status is LaneStatus.Draining or LaneStatus.Closed)
            {
                return;
            }

            _isDoubtful = true;
            GiveBackUnsent();
            LogDoubt(_context.Logger, Plan.Source.Topic, Plan.Source.Partition, why);
            Pause(new LanePause($"{why}; looking whether the log is the same", Now + LastRetry), isTold: true);
            if (_inFlight == 0)
            {
                Settled();
            }
        }
    }

    /// <summary>Retention took what was not mirrored yet; false when the lane is not to go on behind it by itself.</summary>
    private bool GoesOnBehindGap(long logStart)
    {
        var count = logStart - _tracker.Read;
        var gap = new Loss(
            Plan.Source, LossKind.Gap, _tracker.Read, logStart,
            $"source: {Plan.Source}: offsets {_tracker.Read} to {logStart - 1} were deleted by retention before they were mirrored: {count} offsets are skipped");
        if (_context.Lost(gap) != LossAction.Record)
        {
            return false;
        }

        _tracker.Skip(logStart, epoch: -1);
        return true;
    }

    private string Suspicion(in FetchFailure failure)
    {
        var source = $"source: {Plan.Source}";
        return failure.Kind switch
        {
            FetchFailureKind.OffsetOutOfRange => $"{source}: position {_tracker.Read} is not in the log, which is from {failure.LogStartOffset} to {failure.EndOffset}",
            FetchFailureKind.Diverged => $"{source}: the log parts at {failure.EndOffset} from what was read up to {_tracker.Read}",
            FetchFailureKind.TopicGone when failure.NewTopicId != Guid.Empty => $"{source}: the topic has another id",
            FetchFailureKind.Reappeared => $"{source}: the topic was not known for a while",
            _ => $"{source}: the topic is gone",
        };
    }

    private LanePause Describe(in FetchFailure failure)
    {
        var source = $"source: {Plan.Source.Topic}-{Plan.Source.Partition}";
        return failure.Kind switch
        {
            FetchFailureKind.NotAuthorized => new($"{source}: not authorized to read ({failure.Code})", Now + LastRetry),
            FetchFailureKind.Corrupt => new($"{source} at offset {_tracker.Read}: the broker finds its log corrupt ({failure.Code})", Now + LastRetry),
            _ => new($"{source} at offset {_tracker.Read}: {failure.Code}", Now + LastRetry),
        };
    }
}
