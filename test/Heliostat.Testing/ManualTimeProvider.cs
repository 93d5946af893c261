namespace Heliostat.Testing;

/// <summary>
/// Time that moves only when told to, at an odd tick rate. Timers run on the caller of <see cref="Advance"/>, in order of their due time.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    /// <summary>Ticks a second: no divisor of the real one, so that mixed units show.</summary>
    private const long OddFrequency = 7_654_321;

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private TimeSpan _elapsed = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public override long TimestampFrequency => OddFrequency;

    /// <summary>How long until the next timer falls due; null when none is set.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_gate)
            {
                return _timers.Min(timer => timer.Due) is { } due ? TimeSpan.FromTicks(Math.Max(0, (due - _elapsed).Ticks)) : null;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return (long)(_elapsed.TotalSeconds * OddFrequency);
        }
    }

    /// <summary>Moves time on and runs what falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan until;
        lock (_gate)
        {
            until = _elapsed + by;
        }

        while (TakeDue(until) is { } due)
        {
            due.Fire();
        }

        lock (_gate)
        {
            MoveTo(until);
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeDue(TimeSpan until)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (next is not null)
            {
                MoveTo(next.Due!.Value);
                next.Due = next.Period > TimeSpan.Zero ? next.Due + next.Period : null;
            }

            return next;
        }
    }

    private void MoveTo(TimeSpan elapsed)
    {
        if (elapsed > _elapsed)
        {
            _now += elapsed - _elapsed;
            _elapsed = elapsed;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Period = period;
                Due = dueTime < TimeSpan.Zero ? null : time._elapsed + dueTime;
                return time._timers.Contains(this);
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                Due = null;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
