using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Heliostat.Configuration.Providers;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;

namespace Heliostat.Configuration.Tests.Providers;

/// <summary>Against an API of Kubernetes that has one secret, and gives it to one token.</summary>
public sealed class KubernetesSecretsTests : IDisposable
{
    private const string Secret = "/api/v1/namespaces/kafka/secrets/ca";

    private readonly TemporaryFolder _folder = new("kubernetes");
    private readonly TestAuthority _root = TestAuthority.Root();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public KubernetesSecretsTests()
    {
        File.WriteAllText(_folder.File("token"), "t0k3n\n");
        File.WriteAllText(_folder.File("namespace"), "kafka");
        File.WriteAllText(_folder.File("ca.crt"), _root.Certificate.ExportCertificatePem());
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("kafka/ca", "user", "bär")]
    [InlineData("ca", "user", "bär")]
    [InlineData("kafka/ca", "*.crt", "one\ntwo")]
    public async Task A_secret_is_asked_of_the_api_as_the_pod_s_account(string path, string key, string value)
    {
        var served = ServeAsync(_root);

        Assert.Equal(value, Secrets().Find(path, key, out _));
        Assert.Equal($"GET {Secret} HTTP/1.1", await served);
    }

    [Fact]
    public async Task What_is_not_there_is_told_and_not_what_is()
    {
        var secrets = Secrets();
        var served = ServeAsync(_root);

        Assert.Null(secrets.Find("kafka/ca", "password", out var reason));
        Assert.Equal("the secret 'kafka/ca' has no key 'password'", reason);
        await served;
        Assert.Equal("bär", secrets.Find("kafka/ca", "user", out _));
        served = ServeAsync(_root);
        var missing = Assert.Throws<IOException>(() => secrets.Find("kafka/other", "user", out _));
        Assert.Contains("404: there is no such secret", missing.Message, StringComparison.Ordinal);
        await served;
        Assert.Null(new KubernetesSecrets(_ => null, _folder.Path).Find("kafka/ca", "user", out var nowhere));
        Assert.Contains("KUBERNETES_SERVICE_HOST is not set", nowhere, StringComparison.Ordinal);
    }

    /// <summary>The token is shown to nobody whom the account's certificates do not vouch for.</summary>
    [Fact]
    public async Task Another_authority_is_told_nothing()
    {
        using var other = TestAuthority.Root("Other Root");
        var served = ServeAsync(other);

        Assert.Throws<IOException>(() => Secrets().Find("kafka/ca", "user", out _));
        Assert.Equal("", await served);
    }

    private KubernetesSecrets Secrets() => new(
        name => name switch
        {
            "KUBERNETES_SERVICE_HOST" => "127.0.0.1",
            "KUBERNETES_SERVICE_PORT" => $"{((IPEndPoint)_listener.LocalEndpoint).Port}",
            _ => null,
        }, _folder.Path);

    /// <summary>Answers one request; its first line.</summary>
    private async Task<string> ServeAsync(TestAuthority authority)
    {
        using var issued = authority.Issue("CN=kubernetes", ["127.0.0.1"]);
        using var certificate = X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pkcs12), null);
        using var client = await _listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            var request = new StringBuilder();
            var buffer = new byte[4096];
            while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await tls.ReadAsync(buffer) is > 0 and var read)
            {
                request.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            var text = request.ToString();
            var isKnown = text.StartsWith($"GET {Secret} ", StringComparison.Ordinal)
                && text.Contains("Authorization: Bearer t0k3n\r\n", StringComparison.Ordinal);
            var data = $"\"user\": \"{Base64("bär")}\", \"b.crt\": \"{Base64("two\n")}\", \"a.crt\": \"{Base64("one\n")}\"";
            var body = isKnown ? $"{{\"data\": {{{data}}}}}" : "{}";
            var head = $"HTTP/1.1 {(isKnown ? "200 OK" : "404 Not Found")}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
            await tls.WriteAsync(Encoding.ASCII.GetBytes(head + body));
            return text[..text.IndexOf('\r', StringComparison.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or ArgumentOutOfRangeException)
        {
            return "";
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
