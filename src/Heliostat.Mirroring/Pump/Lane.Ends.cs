using Heliostat.Client.Fetching;

namespace Heliostat.Mirroring.Pump;

/// <summary>What is known of the source's end: from what is fetched, and from who asks for it while nothing is fetched.</summary>
internal sealed partial class Lane
{
    /// <summary>An end that nobody has heard of for longer than this is not known any more.</summary>
    private static readonly TimeSpan EndGoesStale = TimeSpan.FromSeconds(30);

    /// <summary>Transactions last a while; one that holds back longer than this is looked at.</summary>
    private static readonly TimeSpan HeldAfter = TimeSpan.FromSeconds(10);

    private long _sourceEnd = -1;
    private long _endHeardAt;

    /// <summary>Where the oldest open transaction begins, while that is what the lane waits for; -1 while it does not.</summary>
    private long _heldAt = -1;

    private long _heldSince;
    private string? _hold;

    /// <summary>The offset of the open transaction that has kept the lane waiting for a while, until <see cref="Hold"/> tells whose it is; null for none.</summary>
    public long? HeldAt
    {
        get
        {
            lock (_gate)
            {
                return _hold is null && IsHeldFor(HeldAfter) ? _heldAt : null;
            }
        }
    }

    /// <summary>Since when it waits for the end of a transaction.</summary>
    public DateTimeOffset HeldSince
    {
        get
        {
            lock (_gate)
            {
                return Now - _context.Time.GetElapsedTime(_heldSince);
            }
        }
    }

    /// <summary>The source's end, asked for: of a lane that fetches it may be older than what it has seen.</summary>
    public void Told(long end)
    {
        lock (_gate)
        {
            _sourceEnd = _status == LaneStatus.Running ? Math.Max(_sourceEnd, end) : end;
            _endHeardAt = _context.Time.GetTimestamp();
        }
    }

    /// <summary>Whose transaction it is that begins at <paramref name="offset"/>; forgotten when the lane waits for it no more.</summary>
    public void Hold(long offset, string cause)
    {
        lock (_gate)
        {
            if (_heldAt == offset)
            {
                _hold = cause;
            }
        }
    }

    private void HearEnd(in FetchedPartition partition)
    {
        _sourceEnd = partition.HighWatermark;
        _endHeardAt = _context.Time.GetTimestamp();
        var stable = _context.ReadCommitted && partition.LastStableOffset >= 0 ? partition.LastStableOffset : partition.HighWatermark;
        var heldAt = partition.Records.Length == 0 && stable < partition.HighWatermark && _tracker.Read >= stable ? stable : -1;
        if (heldAt != _heldAt)
        {
            (_heldAt, _heldSince, _hold) = (heldAt, _endHeardAt, null);
        }
    }

    private bool IsHeldFor(TimeSpan time) => _heldAt >= 0 && _status == LaneStatus.Running && _context.Time.GetElapsedTime(_heldSince) >= time;

    /// <summary>-1 while it is not known; nothing is known of an end before the position: the log there is another one.</summary>
    private long KnownEnd =>
        _sourceEnd < _tracker.Acknowledged && _status == LaneStatus.Paused ? -1
        : _isDoubtful || _context.Time.GetElapsedTime(_endHeardAt) > EndGoesStale ? -1
        : _sourceEnd;
}
