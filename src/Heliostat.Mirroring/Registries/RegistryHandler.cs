using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Mirroring.Registries;

/// <summary>
/// The HTTP side of a registry: its own trust and certificate, no redirects, because a secret goes to the address it was meant for and to
/// no other.
/// </summary>
internal static class RegistryHandler
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    /// <exception cref="StoreException">A store cannot be read.</exception>
    public static HttpMessageHandler Create(TlsOptions tls, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = ConnectWithin,
            PooledConnectionLifetime = ConnectionLifetime,
        };
        try
        {
            Secure(handler.SslOptions, tls, time);
            return handler;
        }
        catch (StoreException)
        {
            handler.Dispose();
            throw;
        }
    }

    private static void Secure(SslClientAuthenticationOptions ssl, TlsOptions tls, TimeProvider time)
    {
        var trust = tls.Trust.IsNamed ? TrustStore.Load(tls.Trust, time) : null;
        ssl.CertificateChainPolicy = TrustCheck.Policy(trust?.Certificates);
        ssl.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            var name = tls.ChecksHostName ? (sender as SslStream)?.TargetHostName ?? "the registry" : null;
            var check = new TrustCheck(trust?.Certificates, trust?.Source ?? "", name, time.GetUtcNow());

            // Thrown, because "rejected by the callback" is all that is heard of a false.
            return check.Accept(sender, certificate, chain, errors) ? true : throw new AuthenticationException(check.Problem);
        };

        if (tls.Key.IsNamed)
        {
            var store = KeyStore.Load(tls.Key, time);
            ssl.ClientCertificateContext = SslStreamCertificateContext.Create(store.Certificate, store.Chain, offline: true);
        }
    }
}
