using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Heliostat.Testing.Links;

/// <summary>
/// A port on loopback that leads to another one, far away: what goes in comes out unchanged, and late. Only the time is stretched, not the
/// throughput. It can be cut, too.
/// </summary>
public sealed class SlowLink : Link
{
    private const int MostWaiting = 4096;
    private const int BufferBytes = 64 * 1024;

    private CancellationTokenSource _whole = new();
    private long _oneWayTicks;

    private SlowLink()
    {
    }

    /// <summary><c>bootstrap.servers</c> for who shall come this way.</summary>
    public IReadOnlyDictionary<string, string> Bootstrap => new Dictionary<string, string> { ["bootstrap.servers"] = $"127.0.0.1:{Port}" };

    /// <summary>How long a byte takes in either direction; may change at any time.</summary>
    public TimeSpan OneWay
    {
        get => new(Interlocked.Read(ref _oneWayTicks));
        set => Interlocked.Exchange(ref _oneWayTicks, value.Ticks);
    }

    /// <summary>Opens the port; who connects before <see cref="Link.LeadTo"/> is turned away.</summary>
    public static SlowLink Open() => new();

    /// <summary>Cuts every connection; who comes is turned away until <see cref="Mend"/>.</summary>
    public void Cut() => Volatile.Read(ref _whole).Cancel();

    public void Mend() => Volatile.Write(ref _whole, new CancellationTokenSource());

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _whole.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket near, int to, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, Volatile.Read(ref _whole).Token);
        using var nearOwned = near;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        near.NoDelay = far.NoDelay = true;
        try
        {
            await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, to), ending.Token);
            var there = Channel.CreateBounded<Late>(MostWaiting);
            var back = Channel.CreateBounded<Late>(MostWaiting);
            Task[] running =
            [
                ReceiveAsync(near, there, ending.Token), SendAsync(there, far, ending.Token), ReceiveAsync(far, back, ending.Token),
                SendAsync(back, near, ending.Token),
            ];
            await Task.WhenAny(running[1], running[3]);
            await ending.CancelAsync();
            await Task.WhenAll(running);
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone, and the other learns it by the socket that closes.
        }
    }

    private async Task ReceiveAsync(Socket from, Channel<Late> to, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var buffer = new byte[BufferBytes];
                var received = await from.ReceiveAsync(buffer, ct);
                if (received == 0)
                {
                    return;
                }

                await to.Writer.WriteAsync(new Late(TimeProvider.System.GetTimestamp(), OneWay, buffer.AsMemory(0, received)), ct);
            }
        }
        finally
        {
            to.Writer.Complete();
        }
    }

    private static async Task SendAsync(Channel<Late> from, Socket to, CancellationToken ct)
    {
        await foreach (var late in from.Reader.ReadAllAsync(ct))
        {
            var left = late.By - TimeProvider.System.GetElapsedTime(late.Since);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, TimeProvider.System, ct);
            }

            for (var bytes = late.Bytes; bytes.Length > 0;)
            {
                bytes = bytes[await to.SendAsync(bytes, ct)..];
            }
        }
    }

    private readonly record struct Late(long Since, TimeSpan By, ReadOnlyMemory<byte> Bytes);
}
