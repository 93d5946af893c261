using Heliostat.Client.Authentication.OAuthBearer.Tokens;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>Amazon MSK through OAUTHBEARER (<c>IAMOAuthBearerLoginCallbackHandler</c>): the token is a signed URL.</summary>
public sealed record MskIamTokenOptions : TokenOptions
{
    public AwsCredentialOptions Credentials { get; init; } = new();
}
