namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>A file with a ready token, written by somebody else: <c>sasl.oauthbearer.token.endpoint.url=file:…</c>.</summary>
public sealed record FileTokenOptions : TokenOptions
{
    public required string Path { get; init; }
}
