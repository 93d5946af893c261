using System.Net;
using System.Net.Sockets;

namespace Heliostat.Transport.Network;

/// <summary>
/// A network inside this process: ports, names and connections without a socket. Nothing in it is left to chance, and its time is that of
/// the clock it is given, so that what runs over it on one thread runs the same way each time. Closes and resets look to both ends as those
/// of sockets do.
/// </summary>
public sealed class MemoryNetwork(TimeProvider time) : INetwork
{
    private const int FirstFreePort = 20_000;
    private const int FirstClientPort = 50_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, MemoryListener> _listeners = [];
    private readonly Dictionary<string, IPAddress> _names = new(StringComparer.OrdinalIgnoreCase) { ["localhost"] = IPAddress.Loopback };
    private readonly SortedDictionary<long, MemoryConnection> _connections = [];
    private int _nextPort = FirstFreePort;
    private long _dialled;

    internal TimeProvider Time { get; } = time;

    /// <summary>
    /// How long what is sent is under way; null: no time. Asked for each message, for the opening and for the close. The order of a
    /// direction is kept.
    /// </summary>
    public Func<MemorySend, TimeSpan>? Delay { get; set; }

    /// <summary>
    /// How a dial from an address to a port ends; null or <see cref="SocketError.Success"/>: as the port has it. TimedOut leaves it to the
    /// dialler's patience.
    /// </summary>
    public Func<IPAddress, IPEndPoint, SocketError>? Refusal { get; set; }

    /// <summary>The connections that are open on both ends, the oldest first.</summary>
    public IReadOnlyList<MemoryConnection> Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections.Values];
            }
        }
    }

    /// <summary>Lets a name be dialled.</summary>
    public void AddName(string host, IPAddress address)
    {
        lock (_lock)
        {
            _names[host] = address;
        }
    }

    /// <summary>The same network as seen from a machine of this address: connections that it dials can be told from others'.</summary>
    public INetwork From(IPAddress machine) => new Machine(this, machine);

    /// <inheritdoc/>
    public ValueTask<IDuplex> DialAsync(DnsEndPoint endpoint, SocketBuffers buffers, CancellationToken ct) =>
        DialAsync(IPAddress.Loopback, endpoint, ct);

    /// <inheritdoc/>
    public INetworkListener Listen(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        lock (_lock)
        {
            var taken = address.Port != 0 ? address : FreePort(address.Address);
            var listener = new MemoryListener(this, taken);
            return _listeners.TryAdd(taken, listener) ? listener : throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }
    }

    internal void GiveBack(MemoryListener listener)
    {
        lock (_lock)
        {
            if (_listeners.GetValueOrDefault(listener.EndPoint) == listener)
            {
                _listeners.Remove(listener.EndPoint);
            }
        }
    }

    internal void Forget(MemoryConnection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection.Number);
        }
    }

    internal TimeSpan DelayOf(MemoryConnection connection, bool toServer, long bytes) =>
        Delay?.Invoke(new MemorySend(connection, toServer, bytes)) ?? TimeSpan.Zero;

    private async ValueTask<IDuplex> DialAsync(IPAddress from, DnsEndPoint endpoint, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var server = new IPEndPoint(Resolve(endpoint.Host), endpoint.Port);
        var refusal = Refusal?.Invoke(from, server) ?? SocketError.Success;
        if (refusal == SocketError.TimedOut)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, ct);
        }
        else if (refusal != SocketError.Success)
        {
            throw new SocketException((int)refusal);
        }

        var connection = NewConnection(from, server);
        if (DelayOf(connection, toServer: true, 0) + DelayOf(connection, toServer: false, 0) is var delay && delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, Time, ct);
        }

        lock (_lock)
        {
            if (Find(server)?.TryConnect(connection) != true)
            {
                connection.Dispose();
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            _connections[connection.Number] = connection;
        }

        return connection.ClientEnd;
    }

    private MemoryConnection NewConnection(IPAddress from, IPEndPoint server)
    {
        var number = Interlocked.Increment(ref _dialled);
        return new MemoryConnection(this, number,
            new IPEndPoint(from, FirstClientPort + (int)(number % (IPEndPoint.MaxPort - FirstClientPort))), server);
    }

    private IPAddress Resolve(string host)
    {
        lock (_lock)
        {
            return IPAddress.TryParse(host, out var literal)
                ? literal
                : _names.GetValueOrDefault(host) ?? throw new SocketException((int)SocketError.HostNotFound);
        }
    }

    private MemoryListener? Find(IPEndPoint server) =>
        _listeners.GetValueOrDefault(server) ?? _listeners.GetValueOrDefault(new IPEndPoint(IPAddress.Any, server.Port));

    private IPEndPoint FreePort(IPAddress address)
    {
        while (true)
        {
            var candidate = new IPEndPoint(address, _nextPort++);
            if (!_listeners.ContainsKey(candidate))
            {
                return candidate;
            }
        }
    }

    private sealed class Machine(MemoryNetwork network, IPAddress address) : INetwork
    {
        public ValueTask<IDuplex> DialAsync(DnsEndPoint endpoint, SocketBuffers buffers, CancellationToken ct) =>
            network.DialAsync(address, endpoint, ct);

        public INetworkListener Listen(IPEndPoint endPoint) => network.Listen(endPoint);
    }
}
