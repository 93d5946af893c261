namespace Heliostat.Testing;

/// <summary>
/// Runs everything that is begun in it on one thread, in order, in the time of a manual clock that moves on when nothing is left to do. What goes on with another
/// thread breaks the order, and so is refused.
/// </summary>
public sealed class SingleThread : SynchronizationContext
{
    private readonly ManualTimeProvider _time;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _due = new();
    private string? _foreign;

    private SingleThread(ManualTimeProvider time) => _time = time;

    /// <summary>Runs <paramref name="work"/> to its end. Throws what it throws, and when somebody left the thread or all waits for nothing.</summary>
    public static void Run(ManualTimeProvider time, Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = Current;
        var thread = new SingleThread(time);
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
            Volatile.Write(ref _foreign, Environment.StackTrace);
            return;
        }

        _due.Enqueue((d, state));
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private void Step()
    {
        if (Volatile.Read(ref _foreign) is { } trace)
        {
            throw new InvalidOperationException($"another thread goes on with it:\n{trace}");
        }

        if (_due.TryDequeue(out var next))
        {
            next.Callback(next.State);
        }
        else if (_time.UntilNext is { } wait)
        {
            _time.Advance(wait);
        }
        else
        {
            throw new InvalidOperationException("everything waits, and no timer is set");
        }
    }
}
