namespace Heliostat.Testing.Time;

/// <summary>
/// Time that moves from one timer to the next, on one thread. Timers of the same moment run in the order in which they were set.
/// </summary>
public sealed class SimulatedClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly PriorityQueue<Timer, (long Due, long Order)> _timers = new();
    private long _ticks = TimeSpan.TicksPerDay;
    private long _order;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How much time went by.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(_ticks - TimeSpan.TicksPerDay);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => _ticks;

    /// <summary>Moves on to the next timer and runs it; false when none is set.</summary>
    public bool TryStep()
    {
        while (_timers.TryDequeue(out var timer, out var at))
        {
            if (timer.Due == at.Due && timer.Order == at.Order)
            {
                _ticks = Math.Max(_ticks, at.Due);
                timer.Fire();
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;
        private TimeSpan _period;

        public long Due { get; private set; } = -1;

        public long Order { get; private set; }

        public void Fire()
        {
            Due = -1;
            if (_period > TimeSpan.Zero)
            {
                Set(_period);
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
            {
                return false;
            }

            _period = period;
            Due = -1;
            if (dueTime >= TimeSpan.Zero)
            {
                Set(dueTime);
            }

            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            Due = -1;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan wait)
        {
            Due = clock._ticks + wait.Ticks;
            Order = ++clock._order;
            clock._timers.Enqueue(this, (Due, Order));
        }
    }
}
