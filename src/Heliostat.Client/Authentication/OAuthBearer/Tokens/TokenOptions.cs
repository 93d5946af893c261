namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>Where tokens come from.</summary>
public abstract record TokenOptions
{
    private protected TokenOptions()
    {
    }

    /// <summary><c>sasl.oauthbearer.sub.claim.name</c>.</summary>
    public string SubClaimName { get; init; } = "sub";

    /// <summary><c>sasl.oauthbearer.scope.claim.name</c>.</summary>
    public string ScopeClaimName { get; init; } = "scope";
}
