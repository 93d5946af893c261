using System.Threading.Tasks.Sources;

namespace Heliostat.Transport.Waiting;

/// <summary>
/// Wakes one waiting loop; a signal given while nobody waits is kept, several count as one. Allocates nothing.
/// </summary>
/// <param name="inline">The waiter goes on within <see cref="Set"/>, on the thread of who signals; otherwise on the thread pool.</param>
public sealed class AsyncSignal(bool inline) : IValueTaskSource
{
    private const int Quiet = 0;
    private const int Signalled = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Wakes the waiter, or the next one. Not to be called with a lock held when <c>inline</c>.</summary>
    public void Set() => Wake(inline);

    /// <summary>
    /// Wakes the waiter, or the next one, within this call whatever the signal was made for. Not to be called with a lock held.
    /// </summary>
    public void SetInline() => Wake(within: true);

    /// <summary>Ends at the next signal, or at once for one kept. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Quiet, Signalled) == Signalled)
        {
            return ValueTask.CompletedTask;
        }

        _core.Reset();
        var task = new ValueTask(this, _core.Version);
        if (Interlocked.CompareExchange(ref _state, Waiting, Quiet) == Quiet)
        {
            return task;
        }

        // Before the caller looks at what there is: a plain write might get through only after that look, and a signal between the two
        // would be taken for this one.
        Interlocked.Exchange(ref _state, Quiet);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Wake(bool within)
    {
        // What was written before this call must be seen by who takes a signal that is kept already: without the barrier the state may be
        // read before that write gets through, and the waiter, which just took that signal and saw nothing, would sleep on.
        Interlocked.MemoryBarrier();
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == Signalled)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, state == Waiting ? Quiet : Signalled, state) == state)
            {
                if (state == Waiting)
                {
                    _core.RunContinuationsAsynchronously = !within;
                    _core.SetResult(true);
                }

                return;
            }
        }
    }
}
