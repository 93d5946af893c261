using Heliostat.Client.Authentication.Logins;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>An AWS identity. The id of an access key is no secret; the key and the session token are.</summary>
/// <param name="AccessKeyId">Which key.</param>
/// <param name="SecretAccessKey">The key.</param>
/// <param name="SessionToken">Of a role on loan; empty for a user's own key.</param>
/// <param name="Expires">Its end, or when it is to be read again.</param>
/// <param name="Origin">Where it was found, for messages.</param>
internal sealed record AwsCredentials(string AccessKeyId, Secret SecretAccessKey, Secret SessionToken, DateTimeOffset Expires,
    string Origin) : IExpiringCredential
{
    public DateTimeOffset? Start => null;
}
