namespace Heliostat.Testing.Time;

/// <summary>
/// Runs everything that is begun in it on one thread. What is ready runs in order, or in one that chance decides, as on a thread pool; when
/// nothing is ready, time moves on to the next timer. Who goes on with another thread breaks the replay, and so is refused.
/// </summary>
public sealed class OneThread : SynchronizationContext
{
    private const int MostOfMoment = 1_000_000;

    private readonly SimulatedClock _clock;
    private readonly Random? _order;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private string? _foreign;
    private int _stepsOfMoment;

    private OneThread(SimulatedClock clock, Random? order)
    {
        _clock = clock;
        _order = order;
    }

    /// <summary>Runs <paramref name="work"/> to its end.</summary>
    /// <param name="clock">The clock of everything in it.</param>
    /// <param name="order">Decides what of that which is ready runs next; null: what was ready first.</param>
    /// <param name="work">What to run.</param>
    /// <exception cref="InvalidOperationException">Somebody left the thread, all waits and no timer is set, or time stands
    /// still.</exception>
    public static void Run(SimulatedClock clock, Random? order, Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = Current;
        var thread = new OneThread(clock, order);
        SetSynchronizationContext(thread);
        try
        {
            var running = work();
            while (!running.IsCompleted)
            {
                thread.Step();
            }

            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Volatile.Write(ref _foreign, $"{(state as Delegate)?.Target?.GetType()}\n{Environment.StackTrace}");
            return;
        }

        _ready.Add((d, state));
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private void Step()
    {
        if (Volatile.Read(ref _foreign) is { } trace)
        {
            throw new InvalidOperationException($"another thread goes on with it:\n{trace}");
        }

        if (_ready.Count > 0)
        {
            if (++_stepsOfMoment > MostOfMoment)
            {
                throw new InvalidOperationException($"something goes on and on while no time passes: {_ready[0].State}");
            }

            var chosen = _order?.Next(_ready.Count) ?? 0;
            var next = _ready[chosen];
            if (_order is null)
            {
                _ready.RemoveAt(0);
            }
            else
            {
                _ready[chosen] = _ready[^1];
                _ready.RemoveAt(_ready.Count - 1);
            }

            next.Callback(next.State);
        }
        else
        {
            _stepsOfMoment = 0;
            if (!_clock.TryStep())
            {
                throw new InvalidOperationException("everything waits, and no timer is set");
            }
        }
    }
}
