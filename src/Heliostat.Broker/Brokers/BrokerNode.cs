using System.Net;
using Heliostat.Broker.Handlers;
using Heliostat.Transport;
using Heliostat.Transport.Server;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Brokers;

/// <summary>One broker of the cluster: a port of its own and the connections to it. It may be stopped and started again on the same port.</summary>
internal sealed class BrokerNode(int id, string? rack, ClusterState cluster, FramePool pool, ILogger logger) : IAsyncDisposable
{
    private readonly AsyncLock _changing = new();
    private FramedListener? _listener;
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    public int Id { get; } = id;

    public string? Rack { get; } = rack;

    /// <summary>The port that was first taken; kept over restarts.</summary>
    public int Port { get; private set; }

    public bool IsRunning => _listener is not null;

    public FetchSessions Sessions { get; } = new();

    public FramedListener? Listener => _listener;

    /// <summary>What metadata says of where it listens.</summary>
    public string Host { get; } = cluster.Options.AdvertisedHost ?? cluster.Options.Address.ToString();

    public async Task StartAsync(CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (_listener is not null) return;

            var options = cluster.Options;
            var port = Port != 0 ? Port : options.FirstPort == 0 ? 0 : options.FirstPort + Id;
            var server = new ServerOptions
            {
                Address = options.Address,
                Port = port,
                MaxConnections = options.MaxConnections,
                MaxFrameBytes = options.MaxRequestBytes,
                HalfOpenTimeout = options.HalfOpenTimeout,
                IdleTimeout = options.IdleTimeout,
                MaxConnectionsPerAddress = options.MaxConnectionsPerAddress,
                AnswerPool = cluster.AnswerPool,
            };
            _stop = new CancellationTokenSource();
            _listener = new FramedListener(options.Network, server, new RequestDispatcher(this, cluster, logger), pool, options.Time);
            Port = _listener.EndPoint.Port;
            _running = _listener.RunAsync(_stop.Token);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Closes the port and all connections, at once.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (_listener is null) return;

            _listener = null;
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

    public DnsEndPoint EndPoint => new(Host, Port);
}
