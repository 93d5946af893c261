using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>The HTTP side of a token endpoint, with the stores of the JAAS line.</summary>
internal static class EndpointHandler
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(1);

    /// <summary>Throws <see cref="SaslException"/> when a store cannot be read.</summary>
    public static HttpMessageHandler Create(EndpointOptions options, TimeProvider time)
    {
        try
        {
            var tls = new TlsOptions { Trust = options.TrustStore, Key = options.KeyStore };
            return HttpsHandler.Create(tls, options.ConnectTimeout, ConnectionLifetime, time);
        }
        catch (StoreException failed)
        {
            throw new SaslException(SaslFailure.NoCredential, $"{failed.Key} of sasl.jaas.config: {failed.Message}", failed);
        }
    }
}
