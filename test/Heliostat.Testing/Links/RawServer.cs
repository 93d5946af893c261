using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Heliostat.Testing.Links;

/// <summary>
/// A port on loopback behind which there is no Kafka: whatever comes, it says what the test wants it to, and hangs up or stays silent.
/// </summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Func<byte[], byte[]> _answer;
    private readonly bool _hangsUp;
    private readonly Task _accepting;

    /// <param name="answer">Makes the answer of what was received first.</param>
    /// <param name="hangsUp">Whether it closes after that.</param>
    public RawServer(Func<byte[], byte[]> answer, bool hangsUp)
    {
        _answer = answer;
        _hangsUp = hangsUp;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}";
        _accepting = AcceptAsync();
    }

    /// <summary>host:port.</summary>
    public string Address { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var socketOwned = socket;
        try
        {
            var buffer = new byte[4096];
            var received = await socket.ReceiveAsync(buffer, _end.Token);
            if (received > 0)
            {
                await socket.SendAsync(_answer(buffer[..received]), _end.Token);
            }

            if (!_hangsUp)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException)
        {
            // The other side is gone, or the test is over.
        }
    }
}
