using Heliostat.Client.Authentication.Logins;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;

namespace Heliostat.Client.Authentication.OAuthBearer;

/// <summary>Options of <c>OAuthBearerLoginModule</c> and of the callback handler that gets its tokens.</summary>
public sealed record OAuthBearerOptions : SaslOptions
{
    /// <inheritdoc/>
    public override string Mechanism => "OAUTHBEARER";

    /// <summary>Where tokens come from.</summary>
    public required TokenOptions Token { get; init; }

    public SaslExtensions Extensions { get; init; } = SaslExtensions.None;

    public RefreshOptions Refresh { get; init; } = new();
}
