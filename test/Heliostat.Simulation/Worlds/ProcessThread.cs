using Heliostat.Testing.Time;

namespace Heliostat.Simulation.Worlds;

/// <summary>
/// What runs of one process among others on the one thread. It can be made to stand still, as SIGSTOP does: nothing of it runs then, and
/// what came meanwhile does afterwards, while time and network go on.
/// </summary>
/// <param name="machine">Runs everything.</param>
internal sealed class ProcessThread(SynchronizationContext machine) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _held = [];
    private bool _standsStill;

    public void StandStill() => _standsStill = true;

    public void GoOn()
    {
        _standsStill = false;
        foreach (var (callback, state) in _held)
        {
            Post(callback, state);
        }

        _held.Clear();
    }

    /// <summary>Runs this as of the process, now or when it goes on.</summary>
    public void Do(SendOrPostCallback callback, object? state)
    {
        if (_standsStill)
        {
            _held.Add((callback, state));
            return;
        }

        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => machine.Post(given => Do(d, given), state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>The clock as the process sees it: its timers ring when it runs.</summary>
    public TimeProvider Clock(SimulatedClock clock) => new ProcessClock(clock, this);

    private sealed class ProcessClock(SimulatedClock clock, ProcessThread thread) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(_ => thread.Do(of => callback(of), state), null, dueTime, period);
    }
}
