using System.Globalization;
using System.Text.Json;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>The credentials that AWS leaves with a container or a machine, and the machine's region.</summary>
internal sealed class AwsEndpoints(AwsHttp http, Func<string, string?> variable)
{
    private const string Container = "the container's credentials endpoint";
    private const string Instance = "the instance metadata service";

    private static readonly Uri ContainerHost = new("http://169.254.170.2");
    private static readonly Uri InstanceHost = new("http://169.254.169.254");

    /// <summary>Null when no container says where it has them.</summary>
    public async ValueTask<AwsCredentials?> ContainerAsync(CancellationToken ct)
    {
        if (variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { Length: > 0 } relative)
        {
            return Read(await http.AskAsync(Container, HttpMethod.Get, new Uri(ContainerHost, relative), Authorization(), ct), Container);
        }

        if (variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not { Length: > 0 } full)
        {
            return null;
        }

        // The authorization token goes along: to the machine itself, AWS's own addresses, or over TLS.
        return Uri.TryCreate(full, UriKind.Absolute, out var url)
            && (url.Scheme == "https" || url.IsLoopback || url.Host is "169.254.170.2" or "169.254.170.23" or "[fd00:ec2::23]")
            ? Read(await http.AskAsync(Container, HttpMethod.Get, url, Authorization(), ct), Container)
            : throw new SaslException(SaslFailure.NoCredential,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine");
    }

    /// <summary>The role of the machine (IMDSv2).</summary>
    public async ValueTask<AwsCredentials> InstanceAsync(CancellationToken ct)
    {
        const string Path = "/latest/meta-data/iam/security-credentials/";
        var session = await SessionAsync(ct);
        var role = (await http.AskAsync(Instance, HttpMethod.Get, new Uri(InstanceHost, Path), session, ct)).Split('\n')[0].Trim();
        return Read(await http.AskAsync(Instance, HttpMethod.Get, new Uri(InstanceHost, Path + Uri.EscapeDataString(role)), session, ct),
            $"the role {role} of this machine");
    }

    public async ValueTask<string> InstanceRegionAsync(CancellationToken ct) =>
        (await http.AskAsync(Instance, HttpMethod.Get, new Uri(InstanceHost, "/latest/meta-data/placement/region"), await SessionAsync(ct),
            ct)).Trim();

    private async ValueTask<KeyValuePair<string, string>[]> SessionAsync(CancellationToken ct) =>
    [
        new("X-aws-ec2-metadata-token", await http.AskAsync(
            Instance, HttpMethod.Put, new Uri(InstanceHost, "/latest/api/token"), [new("X-aws-ec2-metadata-token-ttl-seconds", "300")],
            ct)),
    ];

    private KeyValuePair<string, string>[] Authorization()
    {
        var token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { Length: > 0 } file
            ? TextFile.Read(file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").Trim()
            : variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        return string.IsNullOrEmpty(token) ? [] : [new("Authorization", token)];
    }

    private static AwsCredentials Read(string text, string origin)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return new AwsCredentials(
                Value("AccessKeyId"), new Secret(Value("SecretAccessKey")), new Secret(Value("Token")),
                DateTimeOffset.Parse(Value("Expiration"), CultureInfo.InvariantCulture), origin);

            string Value(string name) => json.RootElement.GetProperty(name).GetString() ?? throw new FormatException();
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SaslException(SaslFailure.Unavailable, $"{origin} answered without credentials");
        }
    }
}
