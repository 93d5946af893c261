using Heliostat.Client.Authentication;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Connections.Handshake;

/// <summary>
/// Logs in over a connection: SaslHandshake names the mechanism, then its tokens go in SaslAuthenticate, or as bare frames to brokers
/// before 1.0. The same again on an open connection is a re-authentication (KIP-368).
/// </summary>
internal sealed class SaslLogin(ClientOptions options, ISaslMechanism mechanism)
{
    private const short FirstWithRequests = 1;

    /// <summary>
    /// How long the session lasts from now on; zero: as long as the connection. Throws <see cref="KafkaConnectionException"/>.
    /// </summary>
    public async ValueTask<TimeSpan> LogInAsync(BrokerConnection connection, ConnectionTurn? turn, CancellationToken ct)
    {
        try
        {
            // What waits for others, a token endpoint or a KDC, is got before the broker waits for us.
            using var session = await mechanism.BeginAsync(connection.Endpoint, ct);
            var isRaw = await ShakeHandsAsync(connection, turn, ct);
            if (!isRaw)
            {
                return await ExchangeAsync(connection, session, turn, ct);
            }

            await ExchangeRawAsync(connection, session, ct);
            return TimeSpan.Zero;
        }
        catch (SaslException failure)
        {
            throw Failed(connection, failure.Message,
                failure.IsTransient ? ConnectionFailure.Unreachable : ConnectionFailure.AuthenticationFailed, failure);
        }
    }

    /// <summary>Logs in without naming the mechanism first. Throws <see cref="KafkaConnectionException"/>.</summary>
    public async ValueTask LogInBareAsync(BrokerConnection connection, CancellationToken ct)
    {
        try
        {
            using var session = await mechanism.BeginAsync(connection.Endpoint, ct);
            await ExchangeRawAsync(connection, session, ct);
        }
        catch (SaslException failure)
        {
            throw Failed(connection, failure.Message,
                failure.IsTransient ? ConnectionFailure.Unreachable : ConnectionFailure.AuthenticationFailed, failure);
        }
    }

    /// <summary>True when the tokens are to be sent as bare frames.</summary>
    private async ValueTask<bool> ShakeHandsAsync(BrokerConnection connection, ConnectionTurn? turn, CancellationToken ct)
    {
        var isRaw = !connection.Supports(Api.SaslAuthenticate, 0);
        var version = connection.Ranges.Newest(Api.SaslHandshake, 0, isRaw ? (short)0 : FirstWithRequests);
        if (version < 0)
        {
            throw Failed(connection, "the broker knows no SASL", ConnectionFailure.AuthenticationFailed, inner: null);
        }

        var answer = await connection.CallAsync(new SaslHandshakeRequest { Mechanism = mechanism.Name }, version, options.RequestTimeout,
            turn, ct);
        return answer.ErrorCode switch
        {
            ErrorCode.None => isRaw,
            ErrorCode.UnsupportedSaslMechanism => throw Failed(
                connection,
                $"the broker has {string.Join(", ", answer.Mechanisms.Order(StringComparer.Ordinal))}, and sasl.mechanism asks for "
                    + $"{mechanism.Name}",
                ConnectionFailure.AuthenticationFailed,
                inner: null),
            ErrorCode.IllegalSaslState when turn is null => throw Failed(
                connection, "the port takes no login: security.protocol there is PLAINTEXT or SSL", ConnectionFailure.AuthenticationFailed,
                inner: null),
            var other => throw Failed(connection, $"the broker refuses the handshake: {other.Name()}",
                ConnectionFailure.AuthenticationFailed, inner: null),
        };
    }

    private async ValueTask<TimeSpan> ExchangeAsync(BrokerConnection connection, ISaslSession session, ConnectionTurn? turn,
        CancellationToken ct)
    {
        var version = connection.VersionOf(Api.SaslAuthenticate, 0);
        ReadOnlyMemory<byte>? token = session.First;
        while (true)
        {
            var answer = await connection.CallAsync(new SaslAuthenticateRequest { AuthBytes = token.Value }, version,
                options.RequestTimeout, turn, ct);
            if (answer.ErrorCode != ErrorCode.None)
            {
                throw session.Refused(string.IsNullOrEmpty(answer.ErrorMessage) ? answer.ErrorCode.Name() : answer.ErrorMessage);
            }

            token = session.Next(answer.AuthBytes);
            if (token is null)
            {
                return TimeSpan.FromMilliseconds(Math.Clamp(answer.SessionLifetimeMs, 0, int.MaxValue));
            }
        }
    }

    /// <summary>A broker that refuses bare tokens just closes the connection.</summary>
    private async ValueTask ExchangeRawAsync(BrokerConnection connection, ISaslSession session, CancellationToken ct)
    {
        try
        {
            ReadOnlyMemory<byte>? token = session.First;
            while (token is not null)
            {
                var answer = await connection.SendBareAsync(token.Value, session.AwaitsAnswer, options.RequestTimeout, ct);
                token = answer is null ? null : session.Next(answer.Value);
            }
        }
        catch (KafkaConnectionException closed) when (closed.Failure == ConnectionFailure.Closed)
        {
            throw session.Refused(brokerText: null);
        }
    }

    private KafkaConnectionException Failed(BrokerConnection connection, string cause, ConnectionFailure failure, Exception? inner) =>
        new($"{options.Cluster}: {connection.Endpoint.Host}:{connection.Endpoint.Port}: login failed: {cause}", connection.Endpoint,
            failure, inner);
}
