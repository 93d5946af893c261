namespace Heliostat.Client.Authentication.OAuthBearer.Assertions;

/// <summary><c>sasl.oauthbearer.assertion.algorithm</c>.</summary>
public enum AssertionAlgorithm
{
    RS256,
    ES256,
}
