using System.Security.Cryptography.X509Certificates;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Registries;
using Heliostat.Testing.Certificates;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Heliostat.Mirroring.Tests.Registries;

/// <summary>A registry behind TLS that wants a certificate of its clients.</summary>
public sealed class RegistryTlsTests : IAsyncLifetime
{
    private readonly TestAuthority _root = TestAuthority.Root();
    private readonly TestAuthority _others = TestAuthority.Root("Others");
    private X509Certificate2 _server = null!;
    private FakeRegistry _registry = null!;

    public async Task InitializeAsync()
    {
        _server = _root.Issue("CN=registry");
        _registry = await FakeRegistry.StartAsync(listening: listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = _server,
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (client, _, _) => client.Issuer == _root.Certificate.Subject,
        }));
        _registry.Add("orders-value", "\"one\"");
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        _server.Dispose();
        _root.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task A_client_with_a_certificate_is_answered() => Assert.Equal(["orders-value"], await AskAsync(_root, _root));

    [Fact]
    public async Task One_without_or_with_that_of_others_is_not()
    {
        Assert.Equal(RegistryFailure.Unreachable,
            (await Assert.ThrowsAsync<RegistryException>(() => AskAsync(_root, client: null))).Failure);
        Assert.Equal(RegistryFailure.Unreachable, (await Assert.ThrowsAsync<RegistryException>(() => AskAsync(_root, _others))).Failure);
    }

    [Fact]
    public async Task A_registry_that_is_not_trusted_is_told_as_that()
    {
        var told = await Assert.ThrowsAsync<RegistryException>(() => AskAsync(_others, _root));

        Assert.Equal(RegistryFailure.LoginFailed, told.Failure);
        Assert.Contains("is not trusted: ", told.Message, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> AskAsync(TestAuthority trusted, TestAuthority? client)
    {
        using var shown = client?.Issue("CN=mirror");
        var tls = new TlsOptions
        {
            Trust = new TrustStoreOptions { Type = "PEM", Certificates = new Secret(trusted.Certificate.ExportCertificatePem()) },
            Key = shown is null ? new KeyStoreOptions() : new KeyStoreOptions
            {
                Type = "PEM",
                Key = new Secret(shown.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
                CertificateChain = new Secret(shown.ExportCertificatePem()),
            },
        };
        using var registry = new RegistryClient("source", new RegistryOptions { Urls = [new Uri(_registry.Url)], Tls = tls },
            TimeProvider.System);
        return await registry.SubjectsAsync(deleted: false, CancellationToken.None);
    }
}
