using System.Threading.Tasks.Sources;

namespace Heliostat.Transport;

/// <summary>One place in the line of a <see cref="FramePool"/>; used again after its result was taken.</summary>
internal sealed class FrameWaiter(FramePool pool) : IValueTaskSource<Frame>
{
    private ManualResetValueTaskSourceCore<Frame> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public int Bytes { get; set; }

    public ValueTask<Frame> WaitAsync(CancellationToken ct)
    {
        var task = new ValueTask<Frame>(this, _core.Version);
        _registration = ct.UnsafeRegister(static (state, token) => ((FrameWaiter)state!).Cancel(token), this);
        return task;
    }

    public void Serve(Frame frame) => _core.SetResult(frame);

    public Frame GetResult(short token)
    {
        _registration.Dispose();
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            pool.Recycle(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken ct)
    {
        if (pool.Leave(this))
        {
            _core.SetException(new OperationCanceledException(ct));
        }
    }
}
