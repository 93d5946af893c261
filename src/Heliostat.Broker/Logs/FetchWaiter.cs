namespace Heliostat.Broker.Logs;

/// <summary>
/// A fetch that waits for bytes in any of its partitions, for its time to pass, or for something to change (DelayedFetch). Used once.
/// </summary>
internal sealed class FetchWaiter : IDisposable
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _cancellation;
    private long _missingBytes;

    public FetchWaiter(long missingBytes, TimeSpan atMost, TimeProvider time, CancellationToken ct)
    {
        _missingBytes = missingBytes;
        _timer = time.CreateTimer(static state => ((FetchWaiter)state!).Wake(), this, atMost, Timeout.InfiniteTimeSpan);
        _cancellation = ct.UnsafeRegister(static state => ((FetchWaiter)state!).Wake(), this);
    }

    /// <summary>Ends when there may be something to answer.</summary>
    public Task Done => _done.Task;

    /// <summary>So many bytes came in.</summary>
    public void Appended(int byteCount)
    {
        if (Interlocked.Add(ref _missingBytes, -byteCount) <= 0) Wake();
    }

    /// <summary>Something other than new bytes happened, or the time is up.</summary>
    public void Wake() => _done.TrySetResult();

    public void Dispose()
    {
        _timer.Dispose();
        _cancellation.Dispose();
    }
}
