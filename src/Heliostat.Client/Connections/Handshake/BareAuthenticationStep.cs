namespace Heliostat.Client.Connections.Handshake;

/// <summary>Logs in with bare tokens from the first byte on: Kafka 0.9 has GSSAPI and nothing to choose it by.</summary>
internal sealed class BareAuthenticationStep(SaslLogin login) : IHandshakeStep
{
    public ValueTask RunAsync(BrokerConnection connection, CancellationToken ct) => login.LogInBareAsync(connection, ct);
}
