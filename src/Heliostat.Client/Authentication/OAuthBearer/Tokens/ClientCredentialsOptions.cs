using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>The grant <c>client_credentials</c> (RFC 6749, 4.4), with a secret or with an assertion in its place (RFC 7523).</summary>
public sealed record ClientCredentialsOptions : TokenOptions
{
    public required EndpointOptions Endpoint { get; init; }

    /// <summary><c>sasl.oauthbearer.client.credentials.client.id</c>, or <c>clientId</c> of the JAAS line.</summary>
    public string? ClientId { get; init; }

    /// <summary><c>sasl.oauthbearer.client.credentials.client.secret</c>, or <c>clientSecret</c> of the JAAS line.</summary>
    public Secret ClientSecret { get; init; }

    /// <summary><c>sasl.oauthbearer.scope</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>
    /// <c>sasl.oauthbearer.header.urlencode</c>: id and secret are form-encoded first, as RFC 6749 has it and many providers do not.
    /// </summary>
    public bool HeaderUrlEncode { get; init; }

    /// <summary>Shown in place of the secret when it is there.</summary>
    public AssertionOptions? Assertion { get; init; }
}
