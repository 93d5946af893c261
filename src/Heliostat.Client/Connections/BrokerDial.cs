using System.Net;
using Heliostat.Client.Authentication;
using Heliostat.Client.Connections.Handshake;
using Heliostat.Client.Connections.Probing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Connections;

/// <summary>Makes connections to the nodes of a cluster: dials, lays TLS over it if need be, then takes the steps of the handshake in order.</summary>
internal sealed partial class BrokerDial
{
    private readonly ClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConnectionOptions _transport;
    private readonly ISaslMechanism? _mechanism;
    private readonly SaslLogin? _login;
    private readonly IHandshakeStep[] _steps;

    /// <summary>Null where there is a login: what is wrong with it the handshake says.</summary>
    private readonly ListenerCheck? _check;

    /// <summary>Reads what the options name. Throws <see cref="StoreException"/> and <see cref="SaslException"/>.</summary>
    public BrokerDial(ClientOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<BrokerDial>();
        _transport = new ConnectionOptions
        {
            Cluster = options.Cluster,
            ConnectTimeout = options.ConnectTimeout,
            SendBufferBytes = options.SendBufferBytes,
            ReceiveBufferBytes = options.ReceiveBufferBytes,
            IdleTimeout = options.ConnectionsMaxIdle,
            Layer = options.Security.Tls is { } tls ? new TlsClientLayer(tls, options.Cluster, time, Told) : null,
        };
        var versions = new ApiVersionsStep(options, Api.ApiVersions.MaxVersion);
        if (options.Security.Sasl is not { } sasl)
        {
            _steps = [versions];
            _check = new ListenerCheck(options, new ListenerProbe(options, _transport, time), time);
            return;
        }

        var surroundings = new SaslSurroundings { Cluster = options.Cluster, Time = time, Random = options.Random, Loggers = loggers };
        _mechanism = (options.Logins ?? new SharedLogins()).Of(options.Cluster, sasl, () => SaslMechanisms.Create(sasl, surroundings));
        _login = new SaslLogin(options, _mechanism);
        _steps = [new ApiVersionsStep(options, newest: 0), new AuthenticationStep(_login), versions];
    }

    /// <summary>Keeps the credential fresh that all connections share; ends at once when it has no end.</summary>
    public Task RunAsync(CancellationToken ct) => _mechanism is ILogin login ? login.RunAsync(ct) : Task.CompletedTask;

    /// <summary>One attempt; throws <see cref="KafkaConnectionException"/> or <see cref="KafkaErrorException"/>.</summary>
    public async ValueTask<BrokerConnection> OpenAsync(int nodeId, DnsEndPoint endpoint, FramePool pool, CancellationToken ct)
    {
        var duplex = await ConnectionDial.ConnectAsync(_options.Network, endpoint, _transport, _time, ct);
        var framed = FramedConnection.Open(endpoint, duplex, _transport, pool, _time);
        var connection = new BrokerConnection(nodeId, framed, _options, _time);
        try
        {
            await ShakeHandsAsync(connection, ct);
            if (_login is not null && connection.SessionLifetime > TimeSpan.Zero)
            {
                connection.Renew(new ReauthenticationLoop(connection, _login, _options.Random, _time, _logger));
            }

            connection.FirstUse = _check;
            return connection;
        }
        catch (KafkaConnectionException failure) when (_check is not null)
        {
            await connection.DisposeAsync();
            throw await _check.ExplainAsync(failure, ct);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async ValueTask ShakeHandsAsync(BrokerConnection connection, CancellationToken ct)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watch = _check is null ? Task.CompletedTask : _check.WatchAsync(connection, answered.Token);
        try
        {
            foreach (var step in _steps)
            {
                await step.RunAsync(connection, ct);
            }
        }
        finally
        {
            await answered.CancelSoonAsync();
            await watch;
        }
    }

    private void Told(StoreReload reload)
    {
        if (reload.Succeeded)
        {
            Log.ReadAgain(_logger, _options.Cluster, reload.Message);
        }
        else
        {
            Log.NotReadAgain(_logger, _options.Cluster, reload.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.StoreReadAgain, LogLevel.Information, "{Cluster}: {What}; new connections use it")]
        public static partial void ReadAgain(ILogger logger, string cluster, string what);

        [LoggerMessage(EventIds.StoreNotReadAgain, LogLevel.Warning, "{Cluster}: a key or trust store changed and cannot be used: {Cause}")]
        public static partial void NotReadAgain(ILogger logger, string cluster, string cause);
    }
}
