using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>
/// The HTTP side of a token endpoint: its own trust and certificate, no redirects, because a secret goes to the address it was meant for
/// and to no other.
/// </summary>
internal static class EndpointHandler
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(1);

    /// <summary>Throws <see cref="SaslException"/> when a store cannot be read.</summary>
    public static HttpMessageHandler Create(EndpointOptions options, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
        };
        try
        {
            Secure(handler.SslOptions, options, time);
            return handler;
        }
        catch (StoreException failed)
        {
            handler.Dispose();
            throw new SaslException(SaslFailure.NoCredential, $"{failed.Key} of sasl.jaas.config: {failed.Message}", failed);
        }
    }

    private static void Secure(SslClientAuthenticationOptions ssl, EndpointOptions options, TimeProvider time)
    {
        var trust = options.TrustStore.IsNamed ? TrustStore.Load(options.TrustStore, time) : null;
        ssl.CertificateChainPolicy = TrustCheck.Policy(trust?.Certificates);
        ssl.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            var check = new TrustCheck(trust?.Certificates, trust?.Source ?? "", options.Url.Host, time.GetUtcNow());

            // Thrown, because "rejected by the callback" is all that is heard of a false.
            return check.Accept(sender, certificate, chain, errors) ? true : throw new AuthenticationException(check.Problem);
        };

        if (options.KeyStore.IsNamed)
        {
            var store = KeyStore.Load(options.KeyStore, time);
            ssl.ClientCertificateContext = SslStreamCertificateContext.Create(store.Certificate, store.Chain, offline: true);
        }
    }
}
