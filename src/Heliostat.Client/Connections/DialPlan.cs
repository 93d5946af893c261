using Heliostat.Client.Authentication;
using Heliostat.Client.Connections.Handshake;
using Heliostat.Client.Connections.Probing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Connections;

/// <summary>
/// How to connect with one state of a client's security: what is laid over the network, and the steps of the handshake in order.
/// </summary>
internal sealed class DialPlan
{
    private readonly ClientOptions _options;
    private readonly SharedLogins _logins;
    private readonly ISaslMechanism? _mechanism;

    /// <summary>Reads what the options name. Throws <see cref="StoreException"/> and <see cref="SaslException"/>.</summary>
    public DialPlan(ClientOptions options, SecurityOptions security, SharedLogins logins, TimeProvider time, ILoggerFactory loggers,
        Action<StoreReload> told)
    {
        _options = options;
        _logins = logins;
        Security = security;
        Transport = new ConnectionOptions
        {
            Cluster = options.Cluster,
            ConnectTimeout = options.ConnectTimeout,
            Buffers = options.Buffers,
            IdleTimeout = options.ConnectionsMaxIdle,
            Layer = security.Tls is { } tls ? new TlsClientLayer(tls, options.Cluster, time, told) : null,
        };
        var versions = new ApiVersionsStep(options, Api.ApiVersions.MaxVersion);
        if (security.Sasl is not { } sasl)
        {
            Steps = [versions];
            StepsOfKafka09 = [new KnownVersionsStep(ApiRanges.OfKafka09)];
            StepsOfKafka08 = [new KnownVersionsStep(ApiRanges.OfKafka08)];
            Check = new ListenerCheck(options, new ListenerProbe(options, Transport, time), time);
            return;
        }

        var surroundings = new SaslSurroundings { Cluster = options.Cluster, Time = time, Random = options.Random, Loggers = loggers };
        _mechanism = logins.Of(options.Cluster, sasl, () => SaslMechanisms.Create(sasl, surroundings));
        Login = new SaslLogin(options, _mechanism);
        Steps = [new ApiVersionsStep(options, newest: 0), new AuthenticationStep(Login), versions];
        StepsOfKafka09 = [new BareAuthenticationStep(Login), new KnownVersionsStep(ApiRanges.OfKafka09)];
    }

    public SecurityOptions Security { get; }

    public ConnectionOptions Transport { get; }

    public IReadOnlyList<IHandshakeStep> Steps { get; }

    /// <summary>The same for a broker of Kafka 0.9.</summary>
    public IReadOnlyList<IHandshakeStep> StepsOfKafka09 { get; }

    /// <summary>The same for a broker of Kafka 0.8, which knows no login.</summary>
    public IReadOnlyList<IHandshakeStep> StepsOfKafka08 { get; } = [];

    /// <summary>Null where there is none.</summary>
    public SaslLogin? Login { get; }

    /// <summary>Null where there is a login: what is wrong with it the handshake says.</summary>
    public ListenerCheck? Check { get; }

    /// <summary>Keeps the credential fresh that all connections share; ends at once when it has no end.</summary>
    public Task RunAsync(CancellationToken ct) => _mechanism is ILogin login ? login.RunAsync(ct) : Task.CompletedTask;

    /// <summary>The steps of the handshake with a broker of this kind.</summary>
    public IReadOnlyList<IHandshakeStep> StepsOf(ListenerKind kind) => kind switch
    {
        ListenerKind.Kafka09 => StepsOfKafka09,
        ListenerKind.Kafka08 => StepsOfKafka08,
        _ => Steps,
    };

    /// <summary>
    /// Which old broker it may be that failed so; null where it is none. Kafka 0.9: where there is no login it was found to be one; with
    /// GSSAPI, all that 0.9 has, it ended the connection at our first question, which it took for a token. Over TLS that looks as if our
    /// certificate were not wanted.
    /// </summary>
    public ListenerKind? OldKafka(KafkaConnectionException failure) => Check is null
        ? _mechanism?.Name == "GSSAPI" && failure.Failure is ConnectionFailure.Closed or ConnectionFailure.TlsFailed
            ? ListenerKind.Kafka09
            : null
        : failure is { Failure: ConnectionFailure.WrongListener, Endpoint: { } endpoint } ? Check.OldKafka(endpoint) : null;

    /// <summary>Another plan takes its place.</summary>
    public void Retire()
    {
        if (Security.Sasl is { } sasl)
        {
            _logins.Forget(_options.Cluster, sasl);
        }
    }
}
