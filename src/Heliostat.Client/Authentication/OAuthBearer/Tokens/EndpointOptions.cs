using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>A token endpoint, and how patient to be with it.</summary>
public sealed record EndpointOptions
{
    /// <summary><c>sasl.oauthbearer.token.endpoint.url</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary><c>sasl.login.connect.timeout.ms</c>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>sasl.login.read.timeout.ms</c>.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>sasl.login.retry.backoff.ms</c>.</summary>
    public TimeSpan RetryBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>sasl.login.retry.backoff.max.ms</c>: after this long nothing is tried again.</summary>
    public TimeSpan RetryBackOffMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// <c>ssl.truststore.*</c> of the JAAS line: whom to trust at the endpoint; the client's own settings do not count there.
    /// </summary>
    public TrustStoreOptions TrustStore { get; init; } = new();

    /// <summary><c>ssl.keystore.*</c> of the JAAS line.</summary>
    public KeyStoreOptions KeyStore { get; init; } = new();

    /// <summary>The address without user and query, which may hold what nobody should see.</summary>
    public string Shown => Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Compiler-made text would show <see cref="Url"/> with its query.</summary>
    public override string ToString() => Shown;
}
