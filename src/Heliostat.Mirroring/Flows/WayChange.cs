using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>That a flow is to go on another way: asked for at any time, taken between two lives. Thread-safe.</summary>
internal sealed class WayChange
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IFlowWay? _next;

    /// <summary>Somebody asked, and nobody took it yet.</summary>
    public bool IsAsked => Volatile.Read(ref _next) is not null;

    public void Ask(IFlowWay next)
    {
        lock (_gate)
        {
            Volatile.Write(ref _next, next);
            _asked.TrySetResult();
        }
    }

    /// <summary>What was asked for last; null where nothing was since the last time.</summary>
    public IFlowWay? Take()
    {
        lock (_gate)
        {
            var next = _next;
            if (next is not null)
            {
                Volatile.Write(ref _next, null);
                _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return next;
        }
    }

    /// <summary>Ends a life when somebody asks; ends with it.</summary>
    public async Task EndAsync(CancellationTokenSource life)
    {
        await Volatile.Read(ref _asked).Task.WaitHereAsync(life.Token);
        await life.CancelSoonAsync();
    }
}
