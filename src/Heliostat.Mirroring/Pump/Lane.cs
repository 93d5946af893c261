using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Moves one source partition: looks at what was fetched, hands batches to the target, keeps the position. The fetch loop calls
/// <see cref="Fetched"/>, the producer calls <see cref="Acknowledged"/> and <see cref="Refused"/>, the stream's watch calls <see cref="Tend"/>.
/// <list type="bullet">
/// <item>A. Batches reach each outlet in source order; a lane that was refused takes in nothing until it has rewound.</item>
/// <item>B. The position is the tracker's: it never passes what the target has not acknowledged.</item>
/// <item>C. A rewind waits until nothing of the lane is in flight, so that nothing is sent twice.</item>
/// </list>
/// </summary>
internal sealed partial class Lane : IFetchSink
{
    private readonly Lock _gate = new();
    private readonly LaneContext _context;
    private readonly ILaneOutlet[] _outlets;
    private readonly PositionTracker _tracker;

    private FetchCursor? _cursor;
    private LaneStatus _status = LaneStatus.Running;
    private int _inFlight;
    private long _highWatermark = -1;
    private long _lastTarget = -1;
    private TopicIds _topics;

    /// <param name="plan">What was decided for it.</param>
    /// <param name="context">What it shares with the other lanes of its stream.</param>
    /// <param name="outlets">Where its batches go, by the index that <see cref="LanePlan.Place"/> gives.</param>
    /// <param name="start">Where on the source it starts.</param>
    /// <param name="observer">Hears where on the target each batch was stored; null when nobody wants to know.</param>
    /// <param name="counters">Where it counts what it delivers; null for counters of its own.</param>
    public Lane(
        LanePlan plan, LaneContext context, ILaneOutlet[] outlets, LanePosition start, ILaneObserver? observer = null, LaneCounters? counters = null)
    {
        Counters = counters ?? new LaneCounters();
        Plan = plan;
        Start = start.Offset;
        Observer = observer;
        _context = context;
        _outlets = outlets;
        _through = new long[outlets.Length];
        _tracker = new PositionTracker(start.Offset, start.LeaderEpoch);
        _lastTarget = start.LastTargetOffset;
        _topics = start.Topics;
        _acknowledgedAt = context.Time.GetTimestamp();
        _maxBatchBytes = plan.MaxBatchBytes;
    }

    public LanePlan Plan { get; }

    /// <summary>The source offset that it began at.</summary>
    public long Start { get; }

    /// <summary>Hears where on the target each batch was stored; null when nobody wants to know.</summary>
    public ILaneObserver? Observer { get; }

    public LaneCounters Counters { get; }

    /// <summary>What may be committed: everything before it is on the target, or was rightly left out.</summary>
    public LanePosition Position
    {
        get
        {
            lock (_gate)
            {
                return new LanePosition(_tracker.Acknowledged, _tracker.AcknowledgedEpoch, Plan.ByKey ? -1 : _lastTarget) { Topics = _topics };
            }
        }
    }

    /// <summary>Whether nothing is in flight.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
            {
                return _inFlight == 0;
            }
        }
    }

    /// <summary>Where its batches go, by the index that <see cref="LanePlan.Place"/> gives.</summary>
    public IReadOnlyList<ILaneOutlet> Outlets => _outlets;

    /// <summary>Gives the lane what fetches for it; false when it was closed meanwhile.</summary>
    public bool TryAttach(FetchCursor cursor)
    {
        lock (_gate)
        {
            if (_status != LaneStatus.Closed)
            {
                _cursor = cursor;
            }

            // What was fetched already may have stopped the lane.
            if (_status != LaneStatus.Running || _rests)
            {
                cursor.Pause();
            }

            return _status != LaneStatus.Closed;
        }
    }

    public LaneSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new LaneSnapshot(Plan.Source, _status, _pause ?? Stall(), _tracker.Acknowledged, KnownEnd)
            {
                Hold = _hold is not null && _status == LaneStatus.Running ? new LanePause(_hold, Now) : null,
            };
        }
    }

    public void Fetched(FetchCursor cursor, in FetchedPartition partition)
    {
        lock (_gate)
        {
            if (_status != LaneStatus.Running || partition.FetchOffset != _tracker.Read)
            {
                return;
            }

            if (partition.HighWatermark < _highWatermark && _topics.Source == Guid.Empty)
            {
                // Without ids a log that is shorter than before may be another one.
                Doubt($"source: {Plan.Source}: the log ended at {_highWatermark} and ends at {partition.HighWatermark} now");
                return;
            }

            _highWatermark = partition.HighWatermark;
            HearEnd(partition);
            if (partition.Records.Length == 0)
            {
                return;
            }

            TakeIn(partition);
            if (_status == LaneStatus.Running)
            {
                cursor.Advance(_tracker.Read, _tracker.ReadEpoch);
                RestWhileFull();
            }
        }
    }

    /// <summary>The target holds <paramref name="batch"/>, from <paramref name="baseOffset"/> on; -1 where it did not say.</summary>
    public void Acknowledged(ILaneOutlet outlet, in ProduceBatch batch, long baseOffset)
    {
        lock (_gate)
        {
            _inFlight--;
            _tracker.Complete(batch.NextSourceOffset);
            // A broker that knows a batch as a duplicate may not say where it stands: behind the one before it, as nothing else of ours is in between.
            _lastTarget = baseOffset >= 0 ? baseOffset + batch.RecordCount - 1 : _lastTarget >= 0 ? _lastTarget + batch.RecordCount : -1;
            _topics = _topics with { Target = Plan.Topics.Target };
            Observer?.Stored(batch, baseOffset);
            _through[Array.IndexOf(_outlets, outlet)] = batch.NextSourceOffset;
            Counters.Add(batch.RecordCount, batch.Bytes.Length);
            _acknowledgedAt = _tendedAt = _context.Time.GetTimestamp();
            _silences = 0;
            _triedBytes = Math.Max(_triedBytes, batch.Bytes.Length);
            if (_inFlight == 0)
            {
                Settled();
            }

            if (_rests && HasRoom(outlet))
            {
                TakeOn();
            }
        }
    }

    private bool Send(int outlet, in ProduceBatch batch)
    {
        if (!_outlets[outlet].TryEnqueue(this, batch))
        {
            // Refused while nothing of this lane waited there, which is then not told: what it has taken in is sent again from its position.
            if (_status == LaneStatus.Running)
            {
                var target = _outlets[outlet].Target;
                Pause(new LanePause($"target: {target.Topic}-{target.Partition} did not take a batch of another lane", Now + FirstRetry), isTold: true);
            }

            return false;
        }

        _largestSent = Math.Max(_largestSent, batch.Bytes.Length);
        if (_inFlight++ == 0)
        {
            _tendedAt = batch.EnqueuedAt;
            _acknowledgedAt = _silences == 0 ? batch.EnqueuedAt : _acknowledgedAt;
        }

        return true;
    }
}
