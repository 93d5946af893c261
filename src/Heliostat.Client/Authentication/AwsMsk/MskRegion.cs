using System.Text.RegularExpressions;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>The region a cluster is in: its brokers' names say it; else AWS's usual settings do.</summary>
internal sealed partial class MskRegion(Func<string, string?> variable, string? profile)
{
    public string Of(string host)
    {
        if (Broker().Match(host) is { Success: true } match)
        {
            return match.Groups["region"].Value;
        }

        var profiles = new AwsProfiles(variable);
        return Set("AWS_REGION") ?? Set("AWS_DEFAULT_REGION") ?? profiles.Find(profile ?? profiles.Default)?.GetValueOrDefault("region")
            ?? throw new SaslException(SaslFailure.NoCredential, $"the AWS region of {host} cannot be told from its name: set AWS_REGION");
    }

    private string? Set(string name) => variable(name) is { Length: > 0 } value ? value : null;

    [GeneratedRegex(@"\.kafka(-serverless)?\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?\.?$", RegexOptions.IgnoreCase)]
    private static partial Regex Broker();
}
