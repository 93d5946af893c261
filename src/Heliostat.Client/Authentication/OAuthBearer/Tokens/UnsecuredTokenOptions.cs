namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>
/// Tokens without a signature, made here: for tests, and for brokers that take anybody's word (no callback handler is set).
/// </summary>
public sealed record UnsecuredTokenOptions : TokenOptions
{
    /// <summary>The claims beside <c>exp</c> and <c>iat</c>, as one JSON object.</summary>
    public required string ClaimsJson { get; init; }

    /// <summary><c>unsecuredLoginLifetimeSeconds</c>.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);
}
