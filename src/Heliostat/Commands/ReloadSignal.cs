using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Heliostat.Commands;

/// <summary>SIGHUP: the file is read again. Signals that come while it is being read are one.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite
    });
    private readonly PosixSignalRegistration _registration;

    public ReloadSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        _asked.Writer.TryWrite(true);
    });

    /// <summary>Reads it at each signal, until cancelled.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> reload, CancellationToken ct)
    {
        try
        {
            while (await _asked.Reader.WaitToReadAsync(ct))
            {
                _asked.Reader.TryRead(out _);
                await reload(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The mirror ends.
        }
    }

    public void Dispose() => _registration.Dispose();
}
