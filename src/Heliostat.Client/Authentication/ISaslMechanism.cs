using System.Net;

namespace Heliostat.Client.Authentication;

/// <summary>
/// One identity and the way to prove it, shared by all connections of one role of one cluster. What has a life, as a token has, is got and
/// renewed behind it: <see cref="ILogin"/>.
/// </summary>
public interface ISaslMechanism
{
    /// <summary>The name as SaslHandshake sends it: <c>SCRAM-SHA-512</c>.</summary>
    string Name { get; }

    /// <summary>Who logs in, for messages; never a secret.</summary>
    string Identity { get; }

    /// <summary>
    /// Starts the exchange of one connection, or of one re-authentication. <paramref name="broker"/> is the name that was dialled. Throws
    /// <see cref="SaslException"/> when there is no credential to begin with.
    /// </summary>
    ValueTask<ISaslSession> BeginAsync(DnsEndPoint broker, CancellationToken ct);
}
