namespace Heliostat.Client.Connections.Handshake;

/// <summary>Logs in, and learns how long the session lasts.</summary>
internal sealed class AuthenticationStep(SaslLogin login) : IHandshakeStep
{
    public async ValueTask RunAsync(BrokerConnection connection, CancellationToken ct) =>
        connection.SessionLifetime = await login.LogInAsync(connection, turn: null, ct);
}
