namespace Heliostat.Transport.Waiting;

/// <summary>
/// So many at a time, in order of asking. Who waits goes on in its own context, which the framework's semaphore does not promise.
/// </summary>
/// <param name="places">How many at a time.</param>
public sealed class AsyncLock(int places = 1)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _line = new();
    private int _taken;

    /// <summary>Ends when it is the caller's turn, which <see cref="Release"/> ends.</summary>
    public async ValueTask WaitAsync(CancellationToken ct)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            ct.ThrowIfCancellationRequested();
            if (_taken < places)
            {
                _taken++;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _line.Enqueue(turn);
        }

        using var cancelled = ct.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    /// <summary>Ends the turn: the next in line that still waits has it.</summary>
    public void Release()
    {
        lock (_lock)
        {
            while (_line.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _taken--;
        }
    }
}
