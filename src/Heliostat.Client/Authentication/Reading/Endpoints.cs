using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>
/// The token endpoint with its TLS, which has keys of its own within the JAAS line: the client's <c>ssl.*</c> do not count there.
/// </summary>
internal static class Endpoints
{
    private const string UrlKey = "sasl.oauthbearer.token.endpoint.url";

    private static readonly string[] Known =
    [
        "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type", "ssl.truststore.certificates", "ssl.keystore.location",
        "ssl.keystore.password", "ssl.keystore.type", "ssl.keystore.key", "ssl.keystore.certificate.chain", "ssl.key.password",
    ];

    public static EndpointOptions? Read(LoginReading reading)
    {
        var settings = reading.Settings.Token;
        if (!Uri.TryCreate(settings.EndpointUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            reading.Problem(UrlKey, "it is no http, https or file URL");
            return null;
        }

        if (url is { Scheme: "http", IsLoopback: false })
        {
            reading.Warning(UrlKey, "the endpoint is asked over http: secret and token can be read on the way");
        }

        foreach (var option in reading.Module.Options.Keys.Where(name => name.StartsWith("ssl.", StringComparison.Ordinal)
            && !Known.Contains(name, StringComparer.Ordinal)))
        {
            reading.Warning(LoginReading.JaasKey, $"{option} has no effect on the token endpoint");
        }

        var standard = new EndpointOptions { Url = url };
        return standard with
        {
            ConnectTimeout = settings.ConnectTimeout ?? standard.ConnectTimeout,
            ReadTimeout = settings.ReadTimeout ?? standard.ReadTimeout,
            RetryBackOff = settings.RetryBackOff,
            RetryBackOffMax = settings.RetryBackOffMax,
            TrustStore = Trust(reading),
            KeyStore = new KeyStoreOptions
            {
                Location = reading.Option("ssl.keystore.location"),
                Password = reading.SecretOption("ssl.keystore.password"),
                KeyPassword = reading.SecretOption("ssl.key.password"),
                Type = reading.Option("ssl.keystore.type") ?? "JKS",
                Key = reading.SecretOption("ssl.keystore.key"),
                CertificateChain = reading.SecretOption("ssl.keystore.certificate.chain"),
            },
        };
    }

    private static TrustStoreOptions Trust(LoginReading reading)
    {
        var own = new TrustStoreOptions
        {
            Location = reading.Option("ssl.truststore.location"),
            Password = reading.SecretOption("ssl.truststore.password"),
            Type = reading.Option("ssl.truststore.type") ?? "JKS",
            Certificates = reading.SecretOption("ssl.truststore.certificates"),
        };
        return own.IsNamed || reading.Java.TrustStore is not { } jvm
            ? own
            : new TrustStoreOptions
            {
                Location = jvm,
                Password = reading.Java.TrustStorePassword,
                Type = reading.Java.TrustStoreType ?? "JKS"
            };
    }
}
