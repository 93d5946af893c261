using System.Threading.Tasks.Sources;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport;

/// <summary>
/// One request and its answer, used again afterwards. All but the task source is guarded by the lock of the connection.
/// A. The task ends only when the message is not being sent.
/// B. The object is used again only when both the connection's queues and the caller have let go of it.
/// </summary>
internal sealed class RoundTrip(FramedConnection connection) : IValueTaskSource<Frame>
{
    private ManualResetValueTaskSourceCore<Frame> _core;
    private CancellationTokenRegistration _registration;
    private Frame? _answer;
    private Exception? _failure;
    private bool _ended;
    private int _holders;

    public WireBuffer? Message { get; private set; }

    public int CorrelationId { get; private set; }

    public TimeSpan Timeout { get; private set; }

    public RequestKind Kind { get; private set; }

    /// <summary>Timestamp of the call, or of the end of the sending.</summary>
    public long Since { get; set; }

    public RoundTripStage Stage { get; set; }

    /// <summary>An answer, a failure or a cancellation is there.</summary>
    public bool HasOutcome => _answer is not null || _failure is not null;

    public void Begin(in Request request, bool inline, long now)
    {
        Message = request.Message;
        CorrelationId = request.CorrelationId;
        Timeout = request.Timeout;
        Kind = request.Kind;
        Since = now;
        Stage = RoundTripStage.Queued;
        _answer = null;
        _failure = null;
        _ended = false;
        _holders = 2;
        _core.Reset();
        _core.RunContinuationsAsynchronously = !inline;
    }

    public ValueTask<Frame> WaitAsync(CancellationToken ct)
    {
        var task = new ValueTask<Frame>(this, _core.Version);
        if (ct.CanBeCanceled)
        {
            _registration = ct.UnsafeRegister(static (state, token) => ((RoundTrip)state!).Cancel(token), this);
        }

        return task;
    }

    /// <summary>Notes the answer; false when the caller is gone and the frame is not wanted.</summary>
    public bool Answer(Frame frame)
    {
        if (HasOutcome)
        {
            return false;
        }

        _answer = frame;
        return true;
    }

    public void Fail(Exception failure)
    {
        if (!HasOutcome)
        {
            _failure = failure;
        }
    }

    /// <summary>True once, when the task may end; the caller then calls <see cref="End"/>.</summary>
    public bool TryEnd()
    {
        if (_ended || !HasOutcome || Stage == RoundTripStage.Sending)
        {
            return false;
        }

        _ended = true;
        return true;
    }

    public void End()
    {
        if (_answer is not null)
        {
            _core.SetResult(_answer);
        }
        else
        {
            _core.SetException(_failure!);
        }
    }

    /// <summary>True when nobody holds it any more.</summary>
    public bool LetGo() => --_holders == 0;

    public Frame GetResult(short token)
    {
        // Waits for a cancellation that is under way, so that it cannot meet the next use of this object.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Message = null;
            connection.LetGo(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken ct) => connection.Cancel(this, ct);
}
