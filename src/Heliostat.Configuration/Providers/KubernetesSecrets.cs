using System.IO.Enumeration;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Heliostat.Configuration.Providers;

/// <summary>
/// Strimzi's <c>KubernetesSecretConfigProvider</c>: <c>${secrets:NAMESPACE/SECRET:KEY}</c>, asked of Kubernetes' API as the pod's service
/// account. A key may be a pattern (<c>*.crt</c>): all that match then, one below the other. Without a namespace it is the pod's.
/// </summary>
/// <param name="environment">The value of an environment variable, or null.</param>
/// <param name="account">Where the service account's token, certificates and namespace are.</param>
internal sealed class KubernetesSecrets(Func<string, string?> environment, string account) : IConfigProvider
{
    /// <summary>Where pods have it.</summary>
    public const string Account = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const long MaxBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _secrets = new(StringComparer.Ordinal);

    public string? Find(string path, string key, out string reason)
    {
        if (path.Length == 0 || path.Split('/') is not { Length: <= 2 } parts || parts.Contains(""))
        {
            reason = "which secret is missing: ${secrets:NAMESPACE/SECRET:KEY}";
            return null;
        }

        if (environment("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host)
        {
            reason = "this process runs in no pod of Kubernetes (KUBERNETES_SERVICE_HOST is not set)";
            return null;
        }

        if (!_secrets.TryGetValue(path, out var values))
        {
            var space = parts.Length == 2 ? parts[0] : File.ReadAllText(Path.Combine(account, "namespace")).Trim();
            var secret = $"api/v1/namespaces/{Uri.EscapeDataString(space)}/secrets/{Uri.EscapeDataString(parts[^1])}";
            values = _secrets[path] = Ask(host, secret);
        }

        reason = $"the secret '{path}' has no key '{key}'";
        if (values.TryGetValue(key, out var value))
        {
            return value;
        }

        string[] found = [.. values.Keys.Where(name => FileSystemName.MatchesSimpleExpression(key, name, ignoreCase: false))];
        return found.Length == 0 ? null : string.Join('\n', found.Order(StringComparer.Ordinal).Select(name => values[name].TrimEnd('\n')));
    }

    /// <exception cref="IOException">It is not answered.</exception>
    private Dictionary<string, string> Ask(string host, string path)
    {
        var port = environment("KUBERNETES_SERVICE_PORT") is { Length: > 0 } given ? given : "443";
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(Path.Combine(account, "ca.crt"));
            using var handler = new SocketsHttpHandler { ConnectTimeout = Patience, UseProxy = false };
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(roots, certificate, errors);
            using var client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = MaxBytes };
            var server = host.Contains(':') ? $"[{host}]" : host;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{server}:{port}/{path}");
            var token = File.ReadAllText(Path.Combine(account, "token")).Trim();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = client.Send(request, HttpCompletionOption.ResponseContentRead);
            return response.StatusCode == HttpStatusCode.OK
                ? Read(response.Content)
                : throw new IOException($"Kubernetes answers {(int)response.StatusCode}{Why(response.StatusCode)}");
        }
        catch (Exception failure)
            when (failure is HttpRequestException or OperationCanceledException or CryptographicException or JsonException
                or FormatException)
        {
            throw new IOException($"Kubernetes at {host}:{port}: {failure.Message}", failure);
        }
    }

    private static Dictionary<string, string> Read(HttpContent content)
    {
        using var stream = content.ReadAsStream();
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
            ? data.EnumerateObject().ToDictionary(pair => pair.Name, pair => Decoded(pair.Value), StringComparer.Ordinal)
            : [];
    }

    private static string Decoded(JsonElement value) => Encoding.UTF8.GetString(Convert.FromBase64String(value.GetString() ?? ""));

    private static string Why(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Forbidden => ": the service account needs 'get' on this secret",
        HttpStatusCode.NotFound => ": there is no such secret",
        _ => "",
    };

    /// <summary>The certificates of the pod's account are the only ones that count.</summary>
    private static bool IsTrusted(X509Certificate2Collection roots, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 served || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(served);
    }
}
