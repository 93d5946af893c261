using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Moves one source partition: looks at what was fetched, hands batches to the target, keeps the position. The fetch loop calls
/// <see cref="Fetched"/>, the producer calls <see cref="Acknowledged"/> and <see cref="Refused"/>, its clock calls <see cref="Look"/>.
/// <list type="bullet">
/// <item>A. Batches reach each outlet in source order; a lane that was refused takes in nothing until it has rewound.</item>
/// <item>B. The position is the tracker's: it never passes what the target has not acknowledged.</item>
/// <item>C. A rewind waits until nothing of the lane is in flight, so that nothing is sent twice.</item>
/// </list>
/// One lock for all of it; whether it moves (<see cref="LaneMotion"/>), what the target takes (<see cref="SizeLimit"/>), how long it is
/// waited for (<see cref="TargetPatience"/>), where the source ends (<see cref="SourceEnd"/>) and what is taken in (<see cref="Intake"/>)
/// are parts behind it.
/// </summary>
internal sealed class Lane : IFetchSink, IIntakeOwner
{
    private readonly Lock _gate = new();
    private readonly LaneContext _context;
    private readonly ILaneOutlet[] _outlets;
    private readonly PositionTracker _tracker;
    private readonly LaneMotion _motion = new();
    private readonly SizeLimit _limit;
    private readonly TargetPatience _patience;
    private readonly SourceEnd _end;
    private readonly Intake _intake;
    private readonly Delivery _delivery;
    private readonly LaneAlarm _alarm;
    private readonly LaneCursor _cursor;
    private readonly Refusals _refusals;
    private readonly LaneLosses _losses;
    private readonly DeadLetters _letters;
    private readonly LaneSight _sight;
    private readonly LaneLog _log;

    /// <param name="plan">What was decided for it.</param>
    /// <param name="context">What it shares with the other lanes of its slot.</param>
    /// <param name="outlets"><see cref="Outlets"/>.</param>
    /// <param name="start">Where on the source it starts.</param>
    /// <param name="observer"><see cref="Observer"/>.</param>
    /// <param name="counters">Where it counts what it delivers; null for counters of its own.</param>
    public Lane(
        LanePlan plan, LaneContext context, ILaneOutlet[] outlets, LanePosition start, ILaneObserver? observer = null,
        LaneCounters? counters = null)
    {
        Counters = counters ?? new LaneCounters();
        Plan = plan;
        Start = start.Offset;
        (Observer, _context, _outlets) = (observer, context, outlets);
        _tracker = new PositionTracker(start.Offset, start.LeaderEpoch);
        _delivery = new Delivery(plan, outlets, _tracker, start);
        _alarm = new LaneAlarm(context.Clock);
        _limit = new SizeLimit(plan.MaxBatchBytes);
        _patience = new TargetPatience(context.Time);
        _end = new SourceEnd(context.Time);
        _letters = new DeadLetters(plan, context, _tracker, _delivery);
        _intake = new Intake(plan, context, outlets, _tracker, _limit, this)
        { WantsRuns = observer is not null, Counters = Counters, Letters = _letters };
        _cursor = new LaneCursor(_tracker, _motion, _patience, _intake.Delay, _intake.End);
        _refusals = new Refusals(plan, context, _limit, _intake);
        _sight = new LaneSight(plan, _motion, _tracker, _end, _intake, _delivery);
        _losses = new LaneLosses(plan, context, _tracker, _delivery);
        _log = new LaneLog(context.Logger, plan.Source);
    }

    public LanePlan Plan { get; }

    /// <summary>The source offset that it began at.</summary>
    public long Start { get; }

    /// <summary>Hears where on the target each batch was stored; null when nobody wants to know.</summary>
    public ILaneObserver? Observer { get; }

    public LaneCounters Counters { get; }

    /// <summary>Where its batches go, by the index that <see cref="LanePlan.Place"/> gives.</summary>
    public IReadOnlyList<ILaneOutlet> Outlets => _outlets;

    /// <summary>Its topic or partition is not there.</summary>
    public bool Gone { get; private set; }

    /// <summary>What may be committed: everything before it is on the target, or was rightly left out.</summary>
    public LanePosition Position
    {
        get
        {
            lock (_gate) return _delivery.Position;
        }
    }

    private DateTimeOffset Now => _context.Time.GetUtcNow();

    public LaneSnapshot Snapshot()
    {
        lock (_gate)
        {
            return _sight.Now(Stall(), Array.TrueForAll(_outlets, outlet => outlet.IsWhole)) with { WantsLimit = _limit.IsWanted };
        }
    }

    /// <summary>Gives the lane what fetches for it; false when it was closed meanwhile.</summary>
    public bool TryAttach(FetchCursor cursor)
    {
        lock (_gate)
        {
            _outlets[0].Through(this, _tracker.Read);
            return _cursor.TryAttach(cursor);
        }
    }

    public void Fetched(FetchCursor cursor, in FetchedPartition partition)
    {
        lock (_gate)
        {
            if (!_motion.Moves || partition.FetchOffset != _tracker.Read)
            {
                return;
            }

            if (partition.HighWatermark < _end.HighWatermark && _delivery.IsOfNamesOnly)
            {
                Doubt($"source: {Plan.Source}: the log ended at {_end.HighWatermark} and ends at {partition.HighWatermark} now");
                return;
            }

            var stable = _context.ReadCommitted && partition.LastStableOffset >= 0 ? partition.LastStableOffset : partition.HighWatermark;
            _end.Hear(partition.HighWatermark, stable, partition.Records.IsEmpty ? _tracker.Read : null, _tracker.Acknowledged);
            if (partition.Records.IsEmpty)
            {
                return;
            }

            _intake.TakeIn(partition);
            if (_motion.Status == LaneStatus.Running)
            {
                cursor.Advance(_tracker.Read, _tracker.ReadEpoch);
                _outlets[0].Through(this, _tracker.Read);
                if (_cursor.Stops(_intake.IsFull()))
                {
                    Schedule();
                }
            }
        }
    }

    public void Failed(FetchCursor cursor, in FetchFailure failure)
    {
        lock (_gate)
        {
            if (_motion.Status != LaneStatus.Running)
            {
                return;
            }

            switch (failure.Kind)
            {
                case FetchFailureKind.OffsetOutOfRange when failure.LogStartOffset > _tracker.Read
                    && _losses.GoesOnBehindGap(failure.LogStartOffset):
                    _cursor.GoOn();
                    break;
                case FetchFailureKind.OffsetOutOfRange or FetchFailureKind.Diverged or FetchFailureKind.TopicGone
                    or FetchFailureKind.Reappeared:
                    Gone = failure.Kind == FetchFailureKind.TopicGone && failure.NewTopicId == Guid.Empty;
                    Doubt(LaneCauses.Suspicion(Plan.Source, failure, _tracker.Read));
                    break;
                default:
                    Pause(LaneCauses.Of(Plan.Source, failure, _tracker.Read), Now + LaneMotion.LastRetry);
                    break;
            }
        }
    }

    /// <summary>The target holds <paramref name="batch"/>, from <paramref name="baseOffset"/> on; -1 where it did not say.</summary>
    public void Acknowledged(ILaneOutlet outlet, in ProduceBatch batch, long baseOffset)
    {
        lock (_gate)
        {
            var isAside = outlet == _letters.Outlet;
            if ((isAside ? _letters.Arrived(batch) : _losses.OfTarget(baseOffset, _motion.IsDoubtful)) is { } loss)
            {
                Doubt(loss.Cause);
                Settled();
                return;
            }

            if (!isAside)
            {
                _delivery.Arrived(batch, baseOffset);
                Observer?.Stored(batch, baseOffset);
                _intake.Delivered(outlet, batch.NextSourceOffset);
                Counters.Add(batch, _context.Time);
                _limit.Taken(batch.Bytes.Length);
            }

            Heard(outlet);
            Settled();
        }
    }

    /// <summary>The target answers: it stored a batch, or took up what has no record.</summary>
    public void Heard(ILaneOutlet outlet)
    {
        lock (_gate) _cursor.Heard(_patience.IsResting && _intake.HasRoom(outlet));
    }

    /// <summary>The target's log ended at <paramref name="end"/>, before what it had acknowledged.</summary>
    public void Cut(long end)
    {
        lock (_gate) _delivery.Cut(end);
    }

    /// <summary>The outlet gave up <paramref name="dropped"/> batches of this lane because the target refused the first of them.</summary>
    public void Refused(ILaneOutlet outlet, int dropped, ErrorCode code, string? message)
    {
        lock (_gate)
        {
            var isAside = outlet == _letters.Outlet;
            _delivery.Dropped(dropped, isAside);
            Settled();
            if (code is ErrorCode.UnknownTopicId or ErrorCode.OffsetOutOfRange && !isAside)
            {
                Doubt($"target: {message}");
            }
            else if (!_motion.IsDoubtful && !_motion.IsEnding)
            {
                _motion.Refused(_tracker.Acknowledged);
                Fail(isAside ? new Refusals.Verdict(LaneCauses.NoLetters(outlet, code, message), [])
                    : _refusals.Judge(outlet, code, message, _tracker.Acknowledged, _motion.Refusals));
            }
        }
    }

    /// <summary>Does what its clock says is due. When to look again; null when an event comes first.</summary>
    /// <param name="at">The time that was asked for; another one was asked for meanwhile if it is not the last.</param>
    public long? Look(long at)
    {
        lock (_gate)
        {
            if (!_alarm.IsFor(at)) return null;

            DoDue();
            return _alarm.Set(DueAt(_context.Time.GetTimestamp()));
        }
    }

    /// <summary>Does what is due by now.</summary>
    public void DoDue()
    {
        lock (_gate)
        {
            _cursor.LookAtDelay();
            if (_motion.IsDue(Now) && !_limit.IsWanted && _delivery.InFlight == 0)
            {
                GoOn();
            }
            else if (_motion.Status == LaneStatus.Running && _patience.IsSilent(_delivery.InFlight))
            {
                GiveBackUnsent();
            }
            else if (_motion.Status == LaneStatus.Running && _patience.HasRested(_delivery.InFlight)
                && Array.TrueForAll(_outlets, _intake.HasRoom))
            {
                _cursor.EndRest();
            }
        }
    }

    /// <summary>Batches of up to <paramref name="bytes"/> are taken, or that may not be read (<see cref="int.MaxValue"/>).</summary>
    public void Limit(int bytes)
    {
        lock (_gate)
        {
            _limit.Learn(bytes, _motion.Refusals);
            Schedule();
        }
    }

    /// <summary>The source's end, asked for.</summary>
    public void Told(long end)
    {
        lock (_gate) _end.Tell(end, isFetching: _motion.Moves, _tracker.Acknowledged);
    }

    /// <summary>Whose transaction it is that begins at <paramref name="offset"/>; forgotten when the lane waits for it no more.</summary>
    public void Hold(long offset, string cause)
    {
        lock (_gate) _end.Name(offset, cause);
    }

    /// <summary>Stands still until its owner has looked at both logs; what is in flight is awaited before.</summary>
    public void Doubt(string why)
    {
        lock (_gate)
        {
            if (!_motion.TryDoubt(Own(LaneCauses.Doubt(why), Now, Now + LaneMotion.LastRetry))) return;

            _delivery.RewindLater();
            _cursor.Pause();
            GiveBackUnsent();
            _log.Doubts(why);
            Settled();
        }
    }

    /// <summary>An operator wants it to stand still: takes in nothing more until <see cref="Resume"/>.</summary>
    public void Suspend()
    {
        lock (_gate)
        {
            _motion.IsSuspended = true;
            _cursor.Pause();
        }
    }

    /// <summary>Ends when nothing is in flight.</summary>
    public Task SettledAsync()
    {
        lock (_gate) return _delivery.Settled;
    }

    /// <summary>The operator lets it go on; what stood still for a trouble too, unless <paramref name="triesNow"/> is false.</summary>
    public void Resume(bool triesNow = true)
    {
        lock (_gate)
        {
            _motion.IsSuspended = false;
            if (_motion.Status == LaneStatus.Running)
            {
                _cursor.GoOn();
            }

            _ = triesNow && TryNow();
        }
    }

    /// <summary>Tries again at once. False when it does not stand still, or its logs are looked at.</summary>
    public bool TryNow()
    {
        lock (_gate)
        {
            if (!_motion.TryHasten(Now))
            {
                return false;
            }

            if (Refusals.IsForLimit(_motion.WaitsFor))
            {
                _limit.Want();
            }

            Schedule();
            return true;
        }
    }

    /// <summary>Takes in nothing more and ends when nothing is in flight.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _motion.Drain();
            _cursor.Pause();
            GiveBackUnsent();
            return _delivery.Settled;
        }
    }

    /// <summary>Ends the lane; returns what fetched for it.</summary>
    public FetchCursor? Close()
    {
        lock (_gate)
        {
            _motion.Close();
            return _cursor.Detach();
        }
    }

    bool IIntakeOwner.Send(int outlet, in ProduceBatch batch)
    {
        var isSent = Send(_outlets[outlet], batch, isAside: false);
        _limit.Sent(isSent ? batch.Bytes.Length : 0);
        return isSent;
    }

    bool IIntakeOwner.PutAside(in ProduceBatch letter, Loss cause)
    {
        var isSent = Send(_letters.Outlet!, letter, isAside: true);
        if (isSent && cause.Kind != LossKind.Untransformed)
        {
            Pause(LaneCauses.PutAside(_letters.Outlet!, cause), nextTry: null, isTold: true);
        }

        return isSent && cause.Kind == LossKind.Untransformed;
    }

    void IIntakeOwner.Stop(Trouble trouble, bool passes) => Pause(trouble, passes ? Now + LaneMotion.FirstRetry : null, isTold: passes);

    void IIntakeOwner.TooLarge(long offset, int bytes) => Fail(_refusals.TooLarge(_outlets[0], offset, bytes));

    private bool Send(ILaneOutlet outlet, in ProduceBatch batch, bool isAside)
    {
        if (!outlet.TryEnqueue(this, batch))
        {
            // Refused while nothing of this lane waited there, which is not told: what it took in is sent again from its position.
            if (_motion.Status == LaneStatus.Running)
            {
                Pause(LaneCauses.NotTaken(outlet), Now + LaneMotion.FirstRetry, isTold: true);
            }

            return false;
        }

        if (isAside ? _delivery.SentAside() : _delivery.Sent())
        {
            _patience.Began(batch.EnqueuedAt);
            Schedule(batch.EnqueuedAt);
        }

        return true;
    }

    /// <summary>It cannot be delivered so: the mirror ends on it, or the lane waits for somebody, and looks ever more rarely.</summary>
    private void Fail(Refusals.Verdict verdict)
    {
        var (wait, isTold) = verdict.IsAgain ? default : _motion.Failed(_tracker.Acknowledged);
        Pause(verdict.Trouble, Now + wait, isTold, verdict.WaitsFor);
        if (!verdict.IsAgain)
        {
            _context.Abort?.Invoke(verdict.Trouble);
        }
    }

    private void Pause(Trouble what, DateTimeOffset? nextTry, bool isTold = false, IReadOnlyList<string>? waitsFor = null)
    {
        var trouble = Own(what, _motion.Since(what.Kind, _tracker.Acknowledged, Now), nextTry);
        _motion.Stop(trouble, waitsFor);
        _delivery.RewindLater();
        _cursor.Pause();
        Schedule();
        if (!isTold)
        {
            _log.Stopped(trouble);
        }
    }

    private void GoOn()
    {
        _letters.Outlet?.Restart();
        _delivery.Restart();
        _motion.GoOn();
        _cursor.BeginAnew();
    }

    /// <summary>What waits for a silent target is fetched again later.</summary>
    private void GiveBackUnsent()
    {
        _patience.Look();
        if (_delivery.GiveBack() > 0 && _motion.Status == LaneStatus.Running)
        {
            _patience.GaveBack(isEmpty: _delivery.InFlight == 0);
            _cursor.Follow();
            _cursor.Rest();
            Schedule();
        }
    }

    /// <summary>What a running lane waits for when the target has been silent for long; null when it has not.</summary>
    private Trouble? Stall() => _motion.Status == LaneStatus.Running && _patience.Stall(_delivery.InFlight) is var (silent, retryIn)
        ? Own(LaneCauses.Silence(_outlets, _context.TargetServers, silent), Now - silent, Now + retryIn) : null;

    private Trouble Own(Trouble trouble, DateTimeOffset since, DateTimeOffset? next) =>
        trouble with { Subject = $"{Plan.Source}", Since = since, NextTry = next };

    private void Settled()
    {
        if (_delivery.InFlight > 0)
        {
            return;
        }

        if (_motion.IsDoubtful)
        {
            _context.Doubtful();
        }
        else if (_motion.Status == LaneStatus.Paused)
        {
            Schedule();
        }
    }

    private void Schedule(long? now = null) => _alarm.Ask(this, DueAt(now ?? _context.Time.GetTimestamp()));

    private long? DueAt(long now) => _sight.DueAt(_patience, Now, now);
}
