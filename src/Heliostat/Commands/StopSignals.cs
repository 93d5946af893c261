using System.Runtime.InteropServices;

namespace Heliostat.Commands;

/// <summary>SIGTERM and SIGINT: the first asks for a graceful stop, a second one or the end of the grace period forces it.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>A second signal this soon is the first one's echo, not somebody's impatience.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort;
    private readonly Action<string> _say;
    private readonly TimeProvider _time;
    private readonly TimeSpan _grace;
    private readonly PosixSignalRegistration[] _registrations;
    private ITimer? _timer;
    private int _signalled;
    private long _stoppedAt;

    public StopSignals(Action<string> say, TimeProvider time, TimeSpan grace)
    {
        _abort = new CancellationTokenSource();
        _say = say;
        _time = time;
        _grace = grace;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
        EarlySignals.Over();
    }

    /// <summary>Cancelled when a stop is asked for.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled when it shall end at once.</summary>
    public CancellationToken Abort => _abort.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _timer?.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _signalled, 1) != 0)
        {
            // Supervisors may signal the process and its group: the same request twice.
            if (Volatile.Read(ref _stoppedAt) is var at && at != 0 && _time.GetElapsedTime(at) > Echo && !_abort.IsCancellationRequested)
            {
                _say($"{context.Signal} received again, stopping at once");
                _abort.Cancel();
            }

            return;
        }

        Volatile.Write(ref _stoppedAt, _time.GetTimestamp());
        _say($"{context.Signal} received, stopping within {_grace.TotalSeconds:0.#} s; again to stop at once");
        _timer = _time.CreateTimer(_ => _abort.Cancel(), null, _grace, Timeout.InfiniteTimeSpan);
        _stop.Cancel();
    }
}
