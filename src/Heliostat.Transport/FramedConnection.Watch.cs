namespace Heliostat.Transport;

/// <summary>
/// The patience with the peer: one timer, set to the earliest moment at which something could be late, and set again when it was not.
/// </summary>
public sealed partial class FramedConnection
{
    private readonly ITimer _watch;
    private int _progress = (int)ReceiveProgress.BetweenFrames;
    private long _lastReceived;

    // Guarded by the lock.
    private long _lastSent;
    private long _lastTraffic;
    private long _watchAt = long.MaxValue;

    /// <summary>Makes the timer look no later than after <paramref name="wait"/>. With the lock held.</summary>
    private void WatchWithin(TimeSpan wait)
    {
        if (wait == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        var at = _time.GetTimestamp() + Ticks(wait);
        if (at < _watchAt)
        {
            _watchAt = at;
            _watch.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Watch()
    {
        TimeSpan? late = null;
        lock (_lock)
        {
            if (_closeReason is not null)
            {
                return;
            }

            _watchAt = long.MaxValue;
            var now = _time.GetTimestamp();
            var next = long.MaxValue;
            LookAt(_line.Awaited, ref next, ref late, now);
            LookAt(_line.Due, ref next, ref late, now);
            if (late is null && !_line.IsEmpty)
            {
                // Those that a turn holds back have no time to be late at.
                if (next != long.MaxValue)
                {
                    WatchWithin(Until(next, now));
                }

                return;
            }

            if (late is null && !IsIdle(now))
            {
                return;
            }
        }

        if (late is { } patience)
        {
            Close(ConnectionFailure.TimedOut, $"{Peer.Name(Endpoint)} did not answer within {patience.TotalSeconds:0.###} s", inner: null);
        }
        else
        {
            Close(ConnectionFailure.Idle, $"connection to {Peer.Name(Endpoint)} was idle for {_options.IdleTimeout.TotalSeconds:0.###} s", inner: null);
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

    /// <summary>True when nothing was sent or received for too long; otherwise looks again when it could be. With the lock held.</summary>
    private bool IsIdle(long now)
    {
        if (_options.IdleTimeout == Timeout.InfiniteTimeSpan)
        {
            return false;
        }

        var at = _lastTraffic + Ticks(_options.IdleTimeout);
        if (at <= now)
        {
            return true;
        }

        WatchWithin(Until(at, now));
        return false;
    }

    private void Progress(ReceiveProgress progress)
    {
        Volatile.Write(ref _lastReceived, _time.GetTimestamp());
        Volatile.Write(ref _progress, (int)progress);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>The wait from <paramref name="now"/> to <paramref name="at"/>, rounded up so that the timer is never early.</summary>
    private TimeSpan Until(long at, long now) => _time.GetElapsedTime(now, at) + TimeSpan.FromMilliseconds(1);
}
