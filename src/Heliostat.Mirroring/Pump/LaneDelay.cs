namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Keeps a lane behind its source (<c>heliostat.delay</c>): a batch goes when its youngest record is old enough, whole, and what comes after it waits as well. Nothing is
/// kept meanwhile; it is fetched again. Behind the lane's lock.
/// </summary>
/// <param name="delay">How old records are to be when they go; zero for any age.</param>
/// <param name="time">Whose time of day counts.</param>
internal sealed class LaneDelay(TimeSpan delay, TimeProvider time)
{
    /// <summary>What is not old enough was fetched in vain: so it is not fetched again sooner than this.</summary>
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    /// <summary>The time of day is looked at so often: clocks are set.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private DateTimeOffset _fetchAt;

    /// <summary>When the batch that the lane waits for may go; null while it waits for none.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>It is time to look at that batch again.</summary>
    public bool IsOver => Until is not null && time.GetUtcNow() >= _fetchAt;

    /// <summary>Whether a batch is to wait, by the time of its youngest record in milliseconds; of one without a time it is not known, and it goes.</summary>
    public bool Holds(long youngest)
    {
        if (delay == TimeSpan.Zero || youngest < 0)
        {
            return false;
        }

        var now = time.GetUtcNow();
        var latest = (DateTimeOffset.MaxValue - delay).ToUnixTimeMilliseconds();
        var until = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(youngest, latest)) + delay;
        if (until <= now)
        {
            return false;
        }

        Until = until;
        _fetchAt = until - now < LeastWait ? now + LeastWait : until;
        return true;
    }

    /// <summary>The lane fetches again, and sees then what is old enough.</summary>
    public void End() => Until = null;

    /// <summary>The earlier of <paramref name="other"/>, since when something is behind, and of the time of the batch's youngest record; a mirror that was just started knows only that.</summary>
    public DateTimeOffset? OrSince(DateTimeOffset? other) => other < Until - delay ? other : Until - delay ?? other;

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
}
