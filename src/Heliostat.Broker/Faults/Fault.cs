using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;

namespace Heliostat.Broker.Faults;

/// <summary>An injected fault: counts whom it befell, and ends when disposed.</summary>
public sealed class Fault : IDisposable
{
    private readonly FaultRules _rules;
    private readonly Func<FaultyRequest, FaultAction?> _decide;
    private readonly ApiKey? _api;
    private readonly Lock _lock = new();
    private TaskCompletionSource _hit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;
    private int _hits;

    internal Fault(FaultRules rules, ApiKey? api, int times, Func<FaultyRequest, FaultAction?> decide)
    {
        _rules = rules;
        _api = api;
        _left = times;
        _decide = decide;
    }

    /// <summary>How many requests it befell so far.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Waits until it befell so many requests.</summary>
    public async Task WaitForHitsAsync(int count, CancellationToken ct)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_hits >= count) return;
                next = _hit.Task;
            }

            await next.WaitHereAsync(ct);
        }
    }

    /// <summary>Ends the fault; requests are served again.</summary>
    public void Dispose() => _rules.Remove(this);

    internal FaultAction? Decide(in FaultyRequest request)
    {
        if (_api is { } api && api != request.Api) return null;

        lock (_lock)
        {
            if (_left == 0 || _decide(request) is not { } action) return null;

            if (_left != FaultRules.Always) _left--;
            _hits++;
            _hit.SetResult();
            _hit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return action;
        }
    }
}
