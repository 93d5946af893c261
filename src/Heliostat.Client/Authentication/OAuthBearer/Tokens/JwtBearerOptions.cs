using Heliostat.Client.Authentication.OAuthBearer.Assertions;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>The grant <c>jwt-bearer</c> (RFC 7523): an assertion is exchanged for a token.</summary>
public sealed record JwtBearerOptions : TokenOptions
{
    public required EndpointOptions Endpoint { get; init; }

    public required AssertionOptions Assertion { get; init; }

    /// <summary><c>sasl.oauthbearer.scope</c>.</summary>
    public string? Scope { get; init; }
}
