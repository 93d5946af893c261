using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Security;

/// <summary>The accepting side of TLS.</summary>
public sealed class TlsServerLayer(TlsServerOptions options, TimeProvider time) : IDuplexLayer
{
    /// <summary>Held for each connection, whoever it is.</summary>
    private const int MostAheadBytes = 64 * 1024;

    private readonly SslStreamCertificateContext _certificate = SslStreamCertificateContext.Create(options.Certificate, options.Chain,
        offline: true);

    /// <summary>The certificate that a client showed over these bytes; null when it showed none.</summary>
    public static X509Certificate2? ClientCertificate(IDuplex duplex) => (duplex as TlsDuplex)?.PeerCertificate;

    /// <inheritdoc/>
    public async ValueTask<IDuplex> LayOverAsync(IDuplex below, DnsEndPoint? dialled, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(below);
        var check = new TrustCheck(options.ClientTrust, "the port's trust", name: null, time.GetUtcNow());
        var stream = new DuplexStream(below, MostAheadBytes);
        var ssl = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            using (ct.UnsafeRegister(static state => ((IDuplex)state!).Dispose(), below))
            {
                await ssl.AuthenticateAsServerAsync(Authentication(check), CancellationToken.None);
            }

            ct.ThrowIfCancellationRequested();
            return new TlsDuplex(ssl, stream, below, failures: null);
        }
        catch (Exception failure)
        {
            below.Dispose();
            await ssl.DisposeAsync();
            ct.ThrowIfCancellationRequested();
            throw new IOException($"TLS failed: {check.Problem ?? failure.Message}", failure);
        }
    }

    private SslServerAuthenticationOptions Authentication(TrustCheck check) => new()
    {
        ServerCertificateContext = _certificate,
        EnabledSslProtocols = options.Protocols,
        ClientCertificateRequired = options.ClientAuth != TlsClientAuth.None,
        CertificateChainPolicy = TrustCheck.Policy(options.ClientTrust),
        AllowRenegotiation = false,
        RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            certificate is null ? options.ClientAuth != TlsClientAuth.Required : check.Accept(sender, certificate, chain, errors),
    };
}
