namespace Heliostat.Mirroring.Sharing;

/// <summary>
/// Whether this worker may write: nobody else can have been given what it has. Who is in a group with others may while the coordinator's
/// last word is young enough; who is alone may also without a coordinator, but not after it stood still: what was started meanwhile does
/// not know of it.
/// </summary>
/// <param name="session">How long the coordinator waits for a silent member.</param>
/// <param name="renewedAt">When the request was sent that the coordinator last answered well, in timestamps of the clock;
/// <see cref="long.MinValue"/> for never.</param>
/// <param name="time">The clock.</param>
internal sealed class Lease(TimeSpan session, Func<long> renewedAt, TimeProvider time)
{
    /// <summary>A request that is handed over just before the lease ends has this long to get through.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(1);

    private long _tickedAt = time.GetTimestamp();
    private long _stoodStillAt = long.MinValue;
    private volatile bool _isAlone;
    private volatile bool _isLost = true;
    private volatile bool _isOver;

    /// <summary>Any thread may ask, and does before each request.</summary>
    public bool IsOpen
    {
        get
        {
            if (_isOver)
            {
                return true;
            }

            if (_isLost || StandsStill())
            {
                return false;
            }

            return _isAlone || (renewedAt() is var at and > long.MinValue && time.GetElapsedTime(at) < session - Margin);
        }
    }

    /// <summary>This worker has something: with others in the group, or alone.</summary>
    public void Hold(bool isAlone)
    {
        _isAlone = isAlone;
        _isLost = false;
    }

    /// <summary>Everything may be another's.</summary>
    public void Lose() => _isLost = true;

    /// <summary>Everything was given back: what is still written is of no lane.</summary>
    public void Leave() => _isOver = true;

    /// <summary>Sees whether this process stands still.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TickEvery, time);
        do
        {
            Tick();
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>This process runs.</summary>
    public void Tick()
    {
        StandsStill();
        Volatile.Write(ref _tickedAt, time.GetTimestamp());
    }

    private bool StandsStill()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(Volatile.Read(ref _tickedAt), now) > LongestTick)
        {
            Volatile.Write(ref _stoodStillAt, now);
        }

        return Volatile.Read(ref _stoodStillAt) is var since and > long.MinValue && renewedAt() <= since;
    }
}
