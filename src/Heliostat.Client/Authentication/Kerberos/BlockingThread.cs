using System.Diagnostics.CodeAnalysis;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>
/// A thread for calls that block, with a short queue. It begins with the first call and ends by itself when nothing was asked for a while,
/// so that it has to be ended by nobody. A call that outlasts the caller's patience goes on alone; what it gives then is dropped.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The event is needed for as long as somebody may call.")]
internal sealed class BlockingThread(string name)
{
    private const int LongestQueue = 256;
    private const int IdleMs = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<Action> _queue = new();
    private readonly AutoResetEvent _arrived = new(false);
    private bool _isRunning;

    /// <summary>Runs <paramref name="call"/> on the thread. Throws <see cref="SaslException"/> when too many wait already.</summary>
    public Task<T> RunAsync<T>(Func<T> call)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_queue.Count >= LongestQueue)
            {
                throw new SaslException(SaslFailure.Unavailable, $"{LongestQueue} calls of {name} wait for an answer already");
            }

            _queue.Enqueue(() => Complete(result, call));
            if (!_isRunning)
            {
                _isRunning = true;
                new Thread(Run) { IsBackground = true, Name = name }.Start();
            }
        }

        _arrived.Set();
        return result.Task;
    }

    private void Run()
    {
        while (true)
        {
            Action? call;
            lock (_gate)
            {
                _queue.TryDequeue(out call);
            }

            if (call is not null)
            {
                call();
            }
            else if (!_arrived.WaitOne(IdleMs) && MayEnd())
            {
                return;
            }
        }
    }

    private bool MayEnd()
    {
        lock (_gate)
        {
            _isRunning = _queue.Count > 0;
            return !_isRunning;
        }
    }

    private static void Complete<T>(TaskCompletionSource<T> result, Func<T> call)
    {
        try
        {
            result.SetResult(call());
        }
        catch (Exception failed)
        {
            result.SetException(failed);
        }
    }
}
