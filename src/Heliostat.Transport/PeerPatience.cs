namespace Heliostat.Transport;

/// <summary>
/// The patience with the peer: one timer, set to the earliest moment at which something could be late, and set again when it was not. What
/// is received is noted by the receive loop alone; all else is guarded by the lock of the connection.
/// </summary>
internal sealed class PeerPatience : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _idleTimeout;
    private readonly ITimer _timer;
    private int _progress = (int)ReceiveProgress.BetweenFrames;
    private long _lastReceived;
    private long _lastSent;
    private long _lastTraffic;
    private long _lookAt = long.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="idleTimeout">How long nothing may be sent or received while nothing is asked; infinite for ever.</param>
    /// <param name="look">Called when something could be late: takes the lock and calls <see cref="Look"/>.</param>
    /// <param name="connection">What <paramref name="look"/> is given.</param>
    public PeerPatience(TimeProvider time, TimeSpan idleTimeout, TimerCallback look, FramedConnection connection)
    {
        _time = time;
        _idleTimeout = idleTimeout;
        _timer = time.CreateTimer(look, connection, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>When something came last.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>How long nothing came of the peer; zero while what came waits for room of ours.</summary>
    public TimeSpan Silence => Volatile.Read(ref _progress) == (int)ReceiveProgress.WaitingForRoom
        ? TimeSpan.Zero
        : _time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    public void Begin()
    {
        _lastTraffic = _lastReceived = _lastSent = _time.GetTimestamp();
        LookWithin(_idleTimeout);
    }

    /// <summary>A request is in line: it may be late after <paramref name="patience"/>.</summary>
    public void Asked(TimeSpan patience) => LookWithin(patience);

    /// <summary>A request went out; gives the time at which it did.</summary>
    public long Sent() => _lastSent = _lastTraffic = _time.GetTimestamp();

    /// <summary>A turn is over: those that it held back begin to wait now.</summary>
    public void Resume()
    {
        _lastSent = _time.GetTimestamp();
        _lookAt = long.MaxValue;
        LookWithin(TimeSpan.Zero);
    }

    /// <summary>An answer came whole.</summary>
    public void Answered() => _lastTraffic = _lastReceived;

    /// <summary>The receive loop got on, and is at this now.</summary>
    public void Received(ReceiveProgress progress)
    {
        Volatile.Write(ref _lastReceived, _time.GetTimestamp());
        Volatile.Write(ref _progress, (int)progress);
    }

    /// <summary>The answer that came waits for room of ours: the peer is not late meanwhile.</summary>
    public void WaitForRoom() => Volatile.Write(ref _progress, (int)ReceiveProgress.WaitingForRoom);

    /// <summary>Finds what is late, or sets the timer to when something next could be.</summary>
    /// <param name="line">What was asked of the peer.</param>
    /// <param name="isIdle">Whether nothing was asked, sent or received for too long.</param>
    /// <returns>The patience of a request that is late; null when none is.</returns>
    public TimeSpan? Look(RequestLine line, out bool isIdle)
    {
        isIdle = false;
        _lookAt = long.MaxValue;
        TimeSpan? late = null;
        var now = _time.GetTimestamp();
        var next = long.MaxValue;
        LookAt(line.Awaited, ref next, ref late, now);
        LookAt(line.Due, ref next, ref late, now);
        if (late is not null)
        {
            return late;
        }

        if (line.IsEmpty)
        {
            isIdle = IsIdle(now);
        }
        else if (next != long.MaxValue)
        {
            // Those that a turn holds back have no time to be late at.
            LookWithin(Until(next, now));
        }

        return null;
    }

    public void Dispose() => _timer.Dispose();

    private void LookWithin(TimeSpan wait)
    {
        if (wait == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        var at = _time.GetTimestamp() + Ticks(wait);
        if (at < _lookAt)
        {
            _lookAt = at;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Finds the earliest moment at which one of <paramref name="trips"/> is late, and the patience of one that is.</summary>
    private void LookAt(Queue<RoundTrip> trips, ref long next, ref TimeSpan? late, long now)
    {
        var received = Volatile.Read(ref _progress) == (int)ReceiveProgress.WaitingForRoom ? now : Volatile.Read(ref _lastReceived);
        foreach (var trip in trips)
        {
            var since = Math.Max(trip.Since, received);
            if (trip.Stage != RoundTripStage.Sent)
            {
                since = Math.Max(since, _lastSent);
            }

            var at = since + Ticks(trip.Timeout);
            next = Math.Min(next, at);
            if (at <= now)
            {
                late ??= trip.Timeout;
            }
        }
    }

    /// <summary>True when nothing was sent or received for too long; otherwise looks again when it could be.</summary>
    private bool IsIdle(long now)
    {
        if (_idleTimeout == Timeout.InfiniteTimeSpan)
        {
            return false;
        }

        var at = _lastTraffic + Ticks(_idleTimeout);
        if (at <= now)
        {
            return true;
        }

        LookWithin(Until(at, now));
        return false;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>The wait from <paramref name="now"/> to <paramref name="at"/>, rounded up so that the timer is never early.</summary>
    private TimeSpan Until(long at, long now) => _time.GetElapsedTime(now, at) + TimeSpan.FromMilliseconds(1);
}
