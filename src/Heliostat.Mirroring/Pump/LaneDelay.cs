using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Keeps a lane behind its source (<c>heliostat.delay</c>, <c>heliostat.window</c>): a batch goes when its youngest record is old enough
/// and a window is open, whole, and what comes after it waits as well. Nothing is kept meanwhile; it is fetched again. Behind the lane's
/// lock.
/// </summary>
/// <param name="delay">How old records are to be when they go; zero for any age.</param>
/// <param name="windows">When batches go; null for at any time.</param>
/// <param name="time">Whose time of day counts.</param>
internal sealed class LaneDelay(TimeSpan delay, TimeWindows? windows, TimeProvider time)
{
    /// <summary>What is not old enough was fetched in vain: so it is not fetched again sooner than this.</summary>
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    /// <summary>The time of day is looked at so often: clocks are set.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private DateTimeOffset _fetchAt;

    /// <summary>The time of the youngest record of the batch that it waits for, where it is that which keeps it.</summary>
    private DateTimeOffset? _youngest;

    /// <summary>When the batch that the lane waits for may go; null while it waits for none.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>It is time to look at that batch again.</summary>
    public bool IsOver => Until is not null && time.GetUtcNow() >= _fetchAt;

    /// <summary>
    /// Whether a batch is to wait, by the time of its youngest record in milliseconds; of one without a time it is not known, and it is old
    /// enough.
    /// </summary>
    public bool Holds(long youngest)
    {
        if (windows is null && (delay == TimeSpan.Zero || youngest < 0))
        {
            return false;
        }

        var now = time.GetUtcNow();
        if (windows?.IsOpen(now) == false)
        {
            return Wait(windows.OpensAt(now), now, null);
        }

        if (delay == TimeSpan.Zero || youngest < 0)
        {
            return false;
        }

        var latest = (DateTimeOffset.MaxValue - delay).ToUnixTimeMilliseconds();
        var born = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(youngest, latest));
        return born + delay > now && Wait(born + delay, now, born);
    }

    /// <summary>The lane fetches again, and sees then what may go.</summary>
    public void End() => (Until, _youngest) = (null, null);

    /// <summary>
    /// The earlier of <paramref name="other"/>, since when something is behind, and of the time of the batch's youngest record; a mirror
    /// that was just started knows only that.
    /// </summary>
    public DateTimeOffset? OrSince(DateTimeOffset? other) => other < _youngest ? other : _youngest ?? other;

    /// <summary>The earlier of <paramref name="other"/> and of when this is to be looked at, as timestamps count.</summary>
    public long? OrDueAt(long? other, long now)
    {
        if (Until is null)
        {
            return other;
        }

        var left = _fetchAt - time.GetUtcNow();
        var due = now + (long)(Math.Clamp(left.TotalSeconds, 0, LookAgain.TotalSeconds) * time.TimestampFrequency);
        return other < due ? other : due;
    }

    private bool Wait(DateTimeOffset until, DateTimeOffset now, DateTimeOffset? youngest)
    {
        (Until, _youngest) = (until, youngest);
        _fetchAt = until - now < LeastWait ? now + LeastWait : until;
        return true;
    }
}
