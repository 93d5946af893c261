using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Server;

/// <summary>Accepts connections of one endpoint and runs them, within the limits of its options, until it is stopped.</summary>
public sealed class FramedListener : IDisposable
{
    private readonly ServerOptions _options;
    private readonly IRequestHandler _handler;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly INetworkListener _listener;
    private readonly ConcurrentDictionary<FramedServerConnection, Task> _connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> _countByAddress = new();
    private readonly long[] _closed = new long[Enum.GetValues<CloseReason>().Length];
    private long _lastId;
    private int _count;

    /// <summary>Takes the port, so that it is known and clients may connect; nothing is served before <see cref="RunAsync"/>.</summary>
    /// <exception cref="SocketException">The address is taken or not ours.</exception>
    public FramedListener(INetwork network, ServerOptions options, IRequestHandler handler, FramePool pool, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _handler = handler;
        _pool = pool;
        _time = time;
        _listener = network.Listen(new IPEndPoint(options.Address, options.Port));
    }

    /// <summary>The address and the port that was taken.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    public int ConnectionCount => Volatile.Read(ref _count);

    /// <summary>How many connections were closed for a reason.</summary>
    public long ClosedCount(CloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    /// <summary>Closes every connection that is open now.</summary>
    public void CloseConnections(CloseReason reason)
    {
        foreach (var connection in InOrder()) connection.Close(reason);
    }

    /// <summary>Serves until cancelled; then closes all connections and waits for what they were doing.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var sweeping = SweepAsync(ct);
        try
        {
            while (true)
            {
                if (await AcceptAsync(ct) is { } peer) Begin(peer, ct);
            }
        }
        catch (OperationCanceledException)
        {
        }

        _listener.Dispose();
        await sweeping;
        foreach (var (_, running) in _connections) await running;
    }

    public void Dispose() => _listener.Dispose();

    private async ValueTask<AcceptedPeer?> AcceptAsync(CancellationToken ct)
    {
        try
        {
            return await _listener.AcceptAsync(ct);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            return null;
        }
        catch (SocketException)
        {
            // Out of file handles or of memory: what is open goes on, and ends some time.
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, ct);
            return null;
        }
    }

    private void Begin(AcceptedPeer peer, CancellationToken ct)
    {
        var address = peer.Address.Address;
        if (Volatile.Read(ref _count) >= _options.MaxConnections)
        {
            Refuse(peer, CloseReason.TooManyConnections);
            return;
        }

        if (_countByAddress.AddOrUpdate(address, 1, static (_, count) => count + 1) > _options.MaxConnectionsPerAddress)
        {
            Leave(address);
            Refuse(peer, CloseReason.TooManyFromAddress);
            return;
        }

        Interlocked.Increment(ref _count);
        var connection = new FramedServerConnection(++_lastId, peer, _options, _pool, _time, _handler);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = ServeAsync(connection, start.Task, ct);
        start.SetResult();
    }

    private async Task ServeAsync(FramedServerConnection connection, Task start, CancellationToken ct)
    {
        await start;
        await connection.RunAsync(ct);
        Interlocked.Increment(ref _closed[(int)connection.CloseReason!]);
        _connections.TryRemove(connection, out _);
        Leave(connection.RemoteEndPoint.Address);
        Interlocked.Decrement(ref _count);
    }

    private void Refuse(AcceptedPeer peer, CloseReason reason)
    {
        peer.Duplex.Dispose();
        Interlocked.Increment(ref _closed[(int)reason]);
    }

    /// <summary>Those that are open, the oldest first: the order does not hang on addresses in memory.</summary>
    private IEnumerable<FramedServerConnection> InOrder() => _connections.Keys.OrderBy(static connection => connection.Id);

    private void Leave(IPAddress address)
    {
        if (_countByAddress.AddOrUpdate(address, 0, static (_, count) => count - 1) == 0)
            _countByAddress.TryRemove(KeyValuePair.Create(address, 0));
    }

    /// <summary>Closes the connection that holds the most memory for nothing, while others wait for some.</summary>
    private void CloseWorst(Func<FramedServerConnection, long, int> heldBytes, CloseReason reason, long now)
    {
        FramedServerConnection? worst = null;
        var most = 0;
        foreach (var connection in InOrder())
        {
            var held = heldBytes(connection, now);
            if (held <= most) continue;

            most = held;
            worst = connection;
        }

        worst?.Close(reason);
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        var shortest = Math.Min(Math.Min(_options.IdleTimeout.TotalSeconds, _options.HalfOpenTimeout.TotalSeconds),
            _options.PressedTimeout.TotalSeconds);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Clamp(shortest / 4, 0.01, 5)), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                var now = _time.GetTimestamp();
                foreach (var connection in InOrder()) connection.CloseIfStale(now);
                if (_pool.Waiting > 0) CloseWorst(static (connection, at) => connection.UnfilledBytes(at), CloseReason.HalfOpen, now);
                if (_options.AnswerPool is { Waiting: > 0 })
                    CloseWorst(static (connection, at) => connection.UntakenBytes(at), CloseReason.Stalled, now);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
