using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Security;

/// <summary>
/// The HTTP side of an address that is asked with a secret: its own trust and certificate, no redirects, because a secret goes to the
/// address it was meant for and to no other.
/// </summary>
public static class HttpsHandler
{
    /// <summary>Reads the stores once.</summary>
    /// <param name="tls">What to trust and what to show; its protocols and suites are the system's.</param>
    /// <param name="connectTimeout">How long a connection may take.</param>
    /// <param name="connectionLifetime">How long a connection is used.</param>
    /// <param name="time">The clock that certificates are measured by.</param>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public static HttpMessageHandler Create(TlsOptions tls, TimeSpan connectTimeout, TimeSpan connectionLifetime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(tls);
        ArgumentNullException.ThrowIfNull(time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = connectionLifetime,
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
            var name = tls.ChecksHostName ? (sender as SslStream)?.TargetHostName ?? "the address" : null;
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
