using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Heliostat.Testing.Links;

/// <summary>A port on loopback that leads to another one. A broker behind it has to advertise
/// <see cref="Host"/> and <see cref="Port"/>.</summary>
public abstract class Link : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _to;

    /// <summary>Opens the port; who connects before <see cref="LeadTo"/> is turned away.</summary>
    /// <param name="host">Another name for <see cref="Host"/>, which may lead to any address of loopback.</param>
    protected Link(string? host = null)
    {
        Host = host ?? "127.0.0.1";
        _listener.Bind(new IPEndPoint(host is null ? IPAddress.Loopback : IPAddress.Any, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect to.</summary>
    public string Host { get; }

    /// <summary>And by which port.</summary>
    public int Port { get; }

    /// <summary>The port on loopback at the other end.</summary>
    public void LeadTo(int port) => Volatile.Write(ref _to, port);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Eventually.EndsAsync("connections of a link", Task.WhenAll(_connections));
        _end.Dispose();
    }

    /// <summary>Carries bytes between a connection, which is its own from now on, and one to the other end.</summary>
    protected abstract Task ServeAsync(Socket near, int to, CancellationToken ct);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptAsync(_end.Token), Volatile.Read(ref _to), _end.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }
}
