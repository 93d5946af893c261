using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>Takes on roles at AWS's Security Token Service (STS), by its query API.</summary>
internal sealed class AwsRoles(AwsHttp http, TimeProvider time, string? region)
{
    private static readonly TimeSpan SignatureLife = TimeSpan.FromMinutes(5);

    private string Host => region is null
        ? "sts.amazonaws.com"
        : $"sts.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}";

    /// <summary>The role, for somebody who has an identity.</summary>
    public async ValueTask<AwsCredentials> AssumeAsync(AwsCredentials identity, string roleArn, string? sessionName, string? externalId,
        CancellationToken ct)
    {
        List<KeyValuePair<string, string>> query = Query("AssumeRole", roleArn, sessionName);
        if (externalId is not null)
        {
            query.Add(new("ExternalId", externalId));
        }

        var signed = new SigV4("sts", region ?? "us-east-1").Presign(Host, "/", query, identity, time.GetUtcNow(), SignatureLife);
        return await AskAsync(roleArn, signed, ct);
    }

    /// <summary>The role, for a token that somebody else issued: Kubernetes' service accounts.</summary>
    public ValueTask<AwsCredentials> AssumeWithTokenAsync(Secret token, string roleArn, string? sessionName, CancellationToken ct) =>
        AskAsync(roleArn, [.. Query("AssumeRoleWithWebIdentity", roleArn, sessionName), new("WebIdentityToken", token.Reveal())], ct);

    private async ValueTask<AwsCredentials> AskAsync(string roleArn, IReadOnlyList<KeyValuePair<string, string>> query,
        CancellationToken ct)
    {
        try
        {
            return Read(await http.AskAsync("STS", HttpMethod.Get, new Uri($"https://{Host}/?{SigV4.Query(query)}"), [], ct), roleArn);
        }
        catch (SaslException refused) when (refused.Failure == SaslFailure.Refused)
        {
            throw new SaslException(SaslFailure.Refused,
                $"the role {roleArn} cannot be taken on: {refused.Message}; check its trust policy", refused);
        }
    }

    private static List<KeyValuePair<string, string>> Query(string action, string roleArn, string? sessionName) =>
    [
        new("Action", action), new("Version", "2011-06-15"), new("RoleArn", roleArn), new("RoleSessionName", sessionName ?? "heliostat"),
    ];

    private static AwsCredentials Read(string xml, string roleArn)
    {
        try
        {
            var credentials = XDocument.Parse(xml).Descendants().First(element => element.Name.LocalName == "Credentials");
            return new AwsCredentials(
                Value("AccessKeyId"),
                new Secret(Value("SecretAccessKey")),
                new Secret(Value("SessionToken")),
                DateTimeOffset.Parse(Value("Expiration"), CultureInfo.InvariantCulture),
                $"the role {roleArn}");

            string Value(string name) => credentials.Elements().First(element => element.Name.LocalName == name).Value;
        }
        catch (Exception wrong) when (wrong is XmlException or InvalidOperationException or FormatException)
        {
            throw new SaslException(SaslFailure.Unavailable, $"STS answered for the role {roleArn} without credentials");
        }
    }
}
