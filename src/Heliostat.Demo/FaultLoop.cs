using System.Threading.Channels;
using Heliostat.Transport.Waiting;

namespace Heliostat.Demo;

/// <summary>Restarts brokers, one at a time: when somebody asks, and when a scheduled one is due.</summary>
internal sealed class FaultLoop(DemoClusters clusters, IReadOnlyList<ScheduledFault> scheduled, DemoEvents events, TimeProvider time)
{
    private readonly Channel<DemoSide> _asked = Channel.CreateBounded<DemoSide>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite
    });
    private volatile bool _busy;

    /// <summary>Asks for a restart of one of this side's brokers; refused while another one is away.</summary>
    public void Ask(DemoSide side)
    {
        if (_busy || !_asked.Writer.TryWrite(side))
        {
            events.Add("a broker is away already; one at a time");
        }
    }

    /// <summary>Runs until cancelled; a broker that is away then is started first.</summary>
    public Task RunAsync(CancellationToken ct) =>
        Settling.AllAsync([ServeAsync(ct), .. scheduled.Select(fault => AskLaterAsync(fault, ct))]);

    private async Task ServeAsync(CancellationToken ct)
    {
        while (await _asked.Reader.WaitToReadAsync(ct))
        {
            if (_asked.Reader.TryRead(out var side))
            {
                _busy = true;
                await clusters.RestartAsync(side, ct);
                _busy = false;
            }
        }
    }

    private async Task AskLaterAsync(ScheduledFault fault, CancellationToken ct)
    {
        await Task.Delay(fault.At, time, ct);
        Ask(fault.Side);
    }
}
