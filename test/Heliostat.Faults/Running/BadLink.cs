using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliostat.Testing;
using Heliostat.Testing.Links;

namespace Heliostat.Faults.Running;

/// <summary>
/// A way to a broker that can go wrong in every way that a network can. What it does at any moment is its <see cref="Weather"/>.
/// </summary>
internal sealed class BadLink : ILink, IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<BadConnection, Task> _connections = new();
    private readonly Task _accepting;
    private int _to;

    private BadLink()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    /// <inheritdoc/>
    public int Port { get; }

    public Weather Weather { get; } = new();

    public static BadLink Open() => new();

    /// <inheritdoc/>
    public void LeadTo(int port) => Volatile.Write(ref _to, port);

    /// <summary>What is connected now is silent for ever: neither side hears of it, and new connections work.</summary>
    public void Strand()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.IsStranded = true;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Eventually.EndsAsync("connections of a link", Task.WhenAll(_connections.Values));
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new BadConnection(await _listener.AcceptAsync(_end.Token), Weather);
                _connections[connection] = ServeAsync(connection);
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(BadConnection connection)
    {
        await Task.Yield();
        await connection.ServeAsync(Volatile.Read(ref _to), _end.Token);
        _connections.TryRemove(connection, out _);
    }
}
