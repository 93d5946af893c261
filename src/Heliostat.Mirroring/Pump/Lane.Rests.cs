namespace Heliostat.Mirroring.Pump;

/// <summary>When a running lane stops fetching for a while because of its target: a full queue, many small batches in it, a silent target.</summary>
internal sealed partial class Lane
{
    /// <summary>How long the target may be silent before what is not sent yet is given back, so that it pins no memory.</summary>
    private static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(2);

    /// <summary>
    /// So many small batches may wait for a target partition, three times what can be in flight. What comes later waits on the source and is merged when it is
    /// fetched (<see cref="MergeRule"/>).
    /// </summary>
    private const int MostSmallBatches = 16;

    private bool _rests;
    private long _restedAt;
    private long _acknowledgedAt;
    private long _tendedAt;

    /// <summary>Times in a row that a silent target was given up on with nothing in flight: what the wait before the next attempt grows with.</summary>
    private int _silences;

    private TimeSpan Rest => _silences == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(1 << Math.Min(_silences, 5), LastRetry.TotalSeconds));

    private void RestWhileFull()
    {
        foreach (var outlet in _outlets)
        {
            if (outlet.QueuedBytes > _context.QueueBytes || (_merging.FoundSmall && outlet.QueuedBatches >= MostSmallBatches))
            {
                TakeARest();
                return;
            }
        }
    }

    /// <summary>Whether an outlet that was full has come down far enough for a lane to fetch again.</summary>
    private bool HasRoom(ILaneOutlet outlet) =>
        outlet.QueuedBytes <= _context.QueueBytes / 2 && (!_merging.FoundSmall || outlet.QueuedBatches <= MostSmallBatches / 2);

    private void TakeARest()
    {
        _rests = true;
        _restedAt = _context.Time.GetTimestamp();
        _cursor?.Pause();
    }

    private void TakeOn()
    {
        _rests = false;
        if (_status == LaneStatus.Running)
        {
            _cursor?.Resume();
        }
    }

    private void TendRunning()
    {
        if (_inFlight > 0 && _context.Time.GetElapsedTime(_tendedAt) > StallAfter)
        {
            GiveBackUnsent();
        }
        else if (_rests && _inFlight == 0 && _context.Time.GetElapsedTime(_restedAt) >= Rest && Array.TrueForAll(_outlets, HasRoom))
        {
            // Nothing of this lane is on its way, so no acknowledgement will wake it: others filled the outlet, or the target was silent.
            TakeOn();
        }
    }

    /// <summary>What waits for a silent target is fetched again later; only a lane with an outlet of its own can do so.</summary>
    private void GiveBackUnsent()
    {
        _tendedAt = _context.Time.GetTimestamp();
        if (Plan.ByKey || _outlets[0].DropUnsent(_tracker.Truncate) is var dropped && dropped == 0)
        {
            return;
        }

        _inFlight -= dropped;
        if (_status == LaneStatus.Running)
        {
            _silences += _inFlight == 0 ? 1 : 0;
            _cursor?.Seek(_tracker.Read, _tracker.ReadEpoch);
            TakeARest();
        }
    }

    /// <summary>What a running lane waits for when the target has been silent for long; null when it has not.</summary>
    private LanePause? Stall()
    {
        var silent = _context.Time.GetElapsedTime(_acknowledgedAt);
        if (_status != LaneStatus.Running || (_inFlight == 0 && _silences == 0) || silent < StallAfter)
        {
            return null;
        }

        var retryAt = _inFlight == 0 ? Now + Rest - _context.Time.GetElapsedTime(_restedAt) : Now;
        foreach (var outlet in _outlets)
        {
            if (outlet.Trouble is { } trouble)
            {
                return new LanePause($"{trouble}{Advice(outlet, outlet.TroubleCode)}", retryAt);
            }
        }

        return new LanePause($"target: {_outlets[0].Target.Topic}-{_outlets[0].Target.Partition} has not acknowledged anything for {silent.TotalSeconds:0} s", retryAt);
    }
}
