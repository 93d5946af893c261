using System.Collections.Concurrent;
using System.Net;
using Heliostat.Client.Authentication;
using Heliostat.Client.Connections.Handshake;
using Heliostat.Client.Connections.Probing;
using Heliostat.Transport;
using Heliostat.Transport.Security.Stores;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Connections;

/// <summary>
/// Makes connections to the nodes of a cluster: dials, lays TLS over it if need be, then takes the steps of the handshake in order. Where
/// the client's security is read again (<see cref="ClientOptions.Rotation"/>), each connection and each re-authentication goes by what is
/// there now.
/// </summary>
internal sealed partial class BrokerDial
{
    /// <summary>How long an old login is renewed at most after another took its place.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ClientOptions _options;
    private readonly SharedLogins _logins;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();

    /// <summary>Endpoints that were spoken to, and by whose words.</summary>
    private readonly ConcurrentDictionary<DnsEndPoint, ListenerKind> _spoken = [];
    private DialPlan _plan;
    private SecurityOptions? _unusable;
    private volatile bool _isDoubted;

    /// <summary>Reads what the options name. Throws <see cref="StoreException"/> and <see cref="SaslException"/>.</summary>
    public BrokerDial(ClientOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _logins = options.Logins ?? new SharedLogins();
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<BrokerDial>();
        _plan = Plan(options.Rotation?.Current ?? options.Security);
    }

    /// <summary>Called where an answer did not come within its time, with that time, once its connection is closed.</summary>
    public Action<BrokerConnection, TimeSpan>? Late { get; set; }

    /// <summary>
    /// Keeps the credential fresh that all connections share, and follows changes of the client's security; ends at once when there is
    /// nothing of either.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (_options.Rotation is not { } rotation)
        {
            await _plan.RunAsync(ct);
            return;
        }

        while (!ct.IsCancellationRequested)
        {
            var plan = Current();
            using var until = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var login = plan.RunAsync(until.Token);
            await HasChangedAsync(plan, rotation.MaxAge is { Ticks: >= 0 } age && age < LongestPause ? age : LongestPause, ct);
            await until.CancelSoonAsync();
            await login;
        }
    }

    /// <summary>One attempt; throws <see cref="KafkaConnectionException"/> or <see cref="KafkaErrorException"/>.</summary>
    public async ValueTask<BrokerConnection> OpenAsync(
        int nodeId, DnsEndPoint endpoint, FramePool pool, AnswerPatience patience, CancellationToken ct)
    {
        try
        {
            var plan = Current();
            var kind = _spoken.GetValueOrDefault(endpoint, ListenerKind.Open);
            try
            {
                var connection = await OpenAsync(plan, plan.StepsOf(kind), nodeId, endpoint, pool, patience, ct);
                _spoken[endpoint] = kind;
                return connection;
            }
            catch (KafkaConnectionException failure) when (!_spoken.ContainsKey(endpoint) && plan.OldKafka(failure) is { } old)
            {
                return await OpenOldAsync(plan, old, failure, nodeId, endpoint, pool, patience, ct);
            }
        }
        catch (KafkaConnectionException failure) when (failure.Failure is ConnectionFailure.AuthenticationFailed
            or ConnectionFailure.TlsFailed)
        {
            _isDoubted = true;
            throw;
        }
    }

    /// <summary>Once more, by the words of an old Kafka; what they do not help is <paramref name="failure"/>.</summary>
    private async ValueTask<BrokerConnection> OpenOldAsync(
        DialPlan plan, ListenerKind kind, KafkaConnectionException failure, int nodeId, DnsEndPoint endpoint, FramePool pool,
        AnswerPatience patience, CancellationToken ct)
    {
        try
        {
            var connection = await OpenAsync(plan, plan.StepsOf(kind), nodeId, endpoint, pool, patience, ct);
            _spoken[endpoint] = kind;
            if (kind == ListenerKind.Kafka08)
            {
                Log.IsKafka08(_logger, _options.Cluster, endpoint.Host, endpoint.Port);
            }
            else
            {
                Log.IsKafka09(_logger, _options.Cluster, endpoint.Host, endpoint.Port);
            }

            return connection;
        }
        catch (KafkaConnectionException)
        {
            throw failure;
        }
    }

    private async ValueTask<BrokerConnection> OpenAsync(DialPlan plan, IReadOnlyList<IHandshakeStep> steps, int nodeId,
        DnsEndPoint endpoint, FramePool pool, AnswerPatience patience, CancellationToken ct)
    {
        var duplex = await ConnectionDial.ConnectAsync(_options.Network, endpoint, plan.Transport, _time, ct);
        var framed = FramedConnection.Open(endpoint, duplex, plan.Transport, pool, _time);
        var connection = new BrokerConnection(nodeId, framed, _options, _time, patience);
        framed.Late = silence => Late?.Invoke(connection, silence);
        try
        {
            await ShakeHandsAsync(plan, steps, connection, ct);
            if (plan.Login is { } login && connection.SessionLifetime > TimeSpan.Zero)
            {
                connection.Renew(new ReauthenticationLoop(connection, () => Current().Login ?? login, _options.Random, _time, _logger));
            }

            connection.Opened();
            connection.FirstUse = plan.Check;
            return connection;
        }
        catch (KafkaConnectionException failure) when (plan.Check is not null)
        {
            await connection.DisposeAsync();
            throw await plan.Check.ExplainAsync(failure, ct);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask ShakeHandsAsync(DialPlan plan, IReadOnlyList<IHandshakeStep> steps, BrokerConnection connection,
        CancellationToken ct)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watch = plan.Check is null ? Task.CompletedTask : plan.Check.WatchAsync(connection, answered.Token);
        try
        {
            foreach (var step in steps)
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

    /// <summary>Ends when another plan is to be gone by, or by <paramref name="ct"/>.</summary>
    private async Task HasChangedAsync(DialPlan plan, TimeSpan every, CancellationToken ct)
    {
        try
        {
            while (Current() == plan)
            {
                await Task.Delay(every, _time, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>How to connect now.</summary>
    private DialPlan Current()
    {
        if (_options.Rotation is not { } rotation)
        {
            return _plan;
        }

        lock (_gate)
        {
            if (rotation.Refresh(_time, _isDoubted) is { } reload)
            {
                Told(reload);
            }

            _isDoubted = false;
            if (rotation.Current is var security && security != _plan.Security && security != _unusable)
            {
                Follow(security);
            }

            return _plan;
        }
    }

    private void Follow(SecurityOptions security)
    {
        try
        {
            var next = Plan(security);
            _plan.Retire();
            _plan = next;
            _unusable = null;
        }
        catch (Exception failure) when (failure is StoreException or SaslException)
        {
            _unusable = security;
            Log.NotReadAgain(_logger, _options.Cluster, failure.Message);
        }
    }

    private DialPlan Plan(SecurityOptions security) => new(_options, security, _logins, _time, _loggers, Told);

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

        [LoggerMessage(EventIds.KafkaIs09, LogLevel.Information,
            "{Cluster}: {Host}:{Port} is a broker of Kafka 0.9: read as it can be, without what came later (timestamps, configs, access "
                + "rules)")]
        public static partial void IsKafka09(ILogger logger, string cluster, string host, int port);

        [LoggerMessage(EventIds.KafkaIs08, LogLevel.Information,
            "{Cluster}: {Host}:{Port} is a broker of Kafka 0.8: read as it can be, without what came later (groups, timestamps, configs, "
                + "access rules)")]
        public static partial void IsKafka08(ILogger logger, string cluster, string host, int port);

        [LoggerMessage(EventIds.StoreNotReadAgain, LogLevel.Warning, "{Cluster}: what changed of its security cannot be used: {Cause}")]
        public static partial void NotReadAgain(ILogger logger, string cluster, string cause);
    }
}
