using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Tests.Authentication.OAuthBearer;

/// <summary>A token endpoint over TLS, with an intermediate that it does not send.</summary>
public sealed class EndpointTlsTests : IDisposable
{
    private readonly X509Certificate2 _root = Issue("CN=Endpoint Root", null);
    private readonly X509Certificate2 _intermediate;
    private readonly X509Certificate2 _leaf;

    public EndpointTlsTests()
    {
        _intermediate = Issue("CN=Endpoint Intermediate", _root);
        _leaf = Issue("CN=localhost", _intermediate, "localhost");
    }

    [Fact]
    public Task Any_certificate_of_the_JAAS_lines_trust_store_is_an_anchor() => LogInAsync(_intermediate, "localhost");

    [Fact]
    public async Task An_endpoint_that_is_not_trusted_says_so_and_what_counts()
    {
        var failure = await Assert.ThrowsAsync<SaslException>(() => LogInAsync(Issue("CN=Another Root", null), "localhost"));

        Assert.Equal(SaslFailure.Refused, failure.Failure);
        Assert.Contains("is not trusted: the certificate CN=localhost", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; ssl.truststore.location within sasl.jaas.config names whom to trust there, the client's own ssl.* do not count",
            failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_of_another_name_is_refused()
    {
        var failure = await Assert.ThrowsAsync<SaslException>(() => LogInAsync(_intermediate, "127.0.0.1"));

        Assert.Contains("the certificate is for localhost, not for 127.0.0.1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_only_names_the_trusted_issuer_is_refused()
    {
        using var forger = Issue(_intermediate.Subject, null);
        using var forged = Issue("CN=localhost", forger, "localhost");

        await Assert.ThrowsAsync<SaslException>(() => LogInAsync(_intermediate, "localhost", forged));
        await Assert.ThrowsAsync<SaslException>(() => LogInAsync(_root, "localhost", forged, _intermediate));
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _leaf.Dispose();
    }

    private static X509Certificate2 Issue(string subject, X509Certificate2? issuer, string? host = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(host is null, false, 0, true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        if (issuer is null)
        {
            var now = TimeProvider.System.GetUtcNow();
            return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        }

        using var issued = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private async Task LogInAsync(X509Certificate2 trusted, string host, X509Certificate2? leaf = null, X509Certificate2? sentWithIt = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, leaf ?? _leaf, sentWithIt);
        var options = new EndpointOptions
        {
            Url = new Uri($"https://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/token"),
            TrustStore = new TrustStoreOptions { Type = "PEM", Certificates = new Secret(trusted.ExportCertificatePem()) },
        };
        var mechanism = SaslMechanisms.Create(
            new OAuthBearerOptions
            {
                Token = new ClientCredentialsOptions { Endpoint = options, ClientId = "c", ClientSecret = new Secret("s") }
            }, Surroundings.System);
        try
        {
            using var session = await mechanism.BeginAsync(new DnsEndPoint("broker.test", 9093), CancellationToken.None);
            Assert.StartsWith("n,,", Encoding.ASCII.GetString(session.First.Span), StringComparison.Ordinal);
        }
        finally
        {
            await serving;
        }
    }

    /// <summary>One connection, one answer.</summary>
    private static async Task ServeAsync(TcpListener listener, X509Certificate2 leaf, X509Certificate2? sentWithIt)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var ssl = new SslStream(client.GetStream());
        try
        {
            await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(leaf, sentWithIt is null ? [] : [sentWithIt], offline: true)
            });
            var buffer = new byte[4096];
            var request = "";
            while (!request.EndsWith("grant_type=client_credentials", StringComparison.Ordinal)
                && await ssl.ReadAsync(buffer) is var read and > 0)
            {
                request += Encoding.ASCII.GetString(buffer, 0, read);
            }

            var body = $$"""{"access_token":"{{TestTokens.Make("""{"sub":"mirror","exp":4000000000}""")}}"}""";
            await ssl.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        }
        catch (IOException)
        {
            // The client did not trust us.
        }
    }
}
