using Heliostat.Broker.Handlers;
using Heliostat.Transport;
using Heliostat.Transport.Security;
using Heliostat.Transport.Server;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Brokers;

/// <summary>
/// One broker of the cluster: ports of its own and the connections to them. It may be stopped and started again on the same ports.
/// </summary>
internal sealed class BrokerNode(int id, string? rack, ClusterState cluster, FramePool pool, ILogger logger) : IAsyncDisposable
{
    private readonly AsyncLock _changing = new();
    private readonly int[] _ports = new int[cluster.Listeners.Length];
    private IReadOnlyList<FramedListener> _listeners = [];
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    public int Id { get; } = id;

    public string? Rack { get; } = rack;

    public bool IsRunning => Listeners.Count > 0;

    /// <summary>Its disk is gone: it leads nothing and follows nothing.</summary>
    public bool IsStorageLost { get; set; }

    /// <summary>As a follower it asks its leaders for nothing.</summary>
    public bool IsFollowingStalled { get; set; }

    public FetchSessions Sessions { get; } = new();

    public IReadOnlyList<FramedListener> Listeners => Volatile.Read(ref _listeners);

    /// <summary>What metadata says of where it listens.</summary>
    public string Host { get; } = cluster.Options.AdvertisedHost ?? cluster.Options.Address.ToString();

    /// <summary>The port of a listener that was first taken; kept over restarts.</summary>
    public int PortOf(EmbeddedListener listener) => _ports[cluster.Listeners.IndexOf(listener)];

    public async Task StartAsync(CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (IsRunning) return;

            List<FramedListener> taken = [];
            try
            {
                for (var i = 0; i < _ports.Length; i++)
                {
                    taken.Add(Listen(cluster.Listeners[i], _ports[i]));
                    _ports[i] = taken[i].EndPoint.Port;
                }
            }
            catch
            {
                foreach (var listener in taken) listener.Dispose();
                throw;
            }

            _stop = new CancellationTokenSource();
            _running = Settling.AllAsync(taken.Select(listener => listener.RunAsync(_stop.Token)));
            Volatile.Write(ref _listeners, taken);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Closes the ports and all connections, at once.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (!IsRunning) return;

            Volatile.Write(ref _listeners, []);
            await _stop!.CancelSoonAsync();
            await _running;
            _stop!.Dispose();
            Sessions.Clear();
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private FramedListener Listen(EmbeddedListener listener, int port)
    {
        var options = cluster.Options;
        var server = new ServerOptions
        {
            Address = options.Address,
            Port = port != 0 ? port : listener.FirstPort == 0 ? 0 : listener.FirstPort + Id,
            Layer = listener.Tls is { } tls ? new TlsServerLayer(tls, options.Time) : null,
            MaxConnections = options.MaxConnections,
            MaxFrameBytes = options.MaxRequestBytes,
            HalfOpenTimeout = options.HalfOpenTimeout,
            IdleTimeout = options.IdleTimeout,
            MaxConnectionsPerAddress = options.MaxConnectionsPerAddress,
            AnswerPool = cluster.AnswerPool,
        };
        return new FramedListener(options.Network, server, new RequestDispatcher(this, listener, cluster, logger), pool, options.Time);
    }
}
