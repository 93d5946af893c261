using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// What can be said about the security of a client without a connection: stores load, keys fit their certificates, the JAAS line can be read, and no Java class
/// decides whom to trust. Everything is looked at, so that all problems come at once.
/// </summary>
internal static class SecurityCheck
{
    private const string Security = "org.apache.kafka.common.security.";

    private static readonly string[] SslFactories =
        [Security + "ssl.DefaultSslEngineFactory", Security + "ssl.CommonNameLoggingSslEngineFactory"];

    public static void Check(SettingValues values, SecurityProtocol protocol, Findings findings)
    {
        if (protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl)
        {
            Tls(values, findings);
        }

        if (protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl)
        {
            Sasl(values, findings);
        }
    }

    private static void Tls(SettingValues values, Findings findings)
    {
        var (trust, key) = (values.Fill(SecuritySettings.TrustStore.Defaults), values.Fill(SecuritySettings.KeyStore.Defaults));
        if (trust.IsNamed || !trust.Password.IsEmpty)
        {
            Load(values, findings, () => TrustStore.Load(trust, TimeProvider.System).Warnings, "ssl.truststore.location");
        }

        if (key.IsNamed || !key.Password.IsEmpty)
        {
            Load(values, findings, () => KeyStore.Load(key, TimeProvider.System).Warnings, "ssl.keystore.location");
        }

        OneOf(values, findings, SecuritySettings.EndpointIdentification, "other checks of a host name than https, and none when it is empty, are not there", "https", "");
        OneOf(values, findings, SecuritySettings.EngineFactory, "a Java class that makes connections secure cannot be loaded", ["", .. SslFactories]);
        OneOf(values, findings, SecuritySettings.TrustManager, "a trust manager of another kind decides whom to trust, and it cannot be loaded", "PKIX", "SunX509");
    }

    private static void Sasl(SettingValues values, Findings findings)
    {
        if (values.Entry(SecuritySettings.Jaas) is not { } line)
        {
            return;
        }

        try
        {
            JaasConfig.Parse(line.Value);
        }
        catch (SaslException e)
        {
            findings.Error(line.Key, e.Message, line);
        }
    }

    private static void Load(SettingValues values, Findings findings, Func<IReadOnlyList<string>> load, string location)
    {
        try
        {
            foreach (var warning in load())
            {
                findings.Warning(location, warning, At(location));
            }
        }
        catch (StoreException e)
        {
            findings.Error(e.Key, e.Message, At(e.Key));
        }

        PropertyEntry? At(string key) => values.Entry(key) ?? values.Entry(location) ?? values.Entry("security.protocol");
    }

    private static void OneOf(SettingValues values, Findings findings, Setting setting, string why, params string[] allowed)
    {
        if (values.Entry(setting) is { } entry && !allowed.Contains(entry.Value.Trim(), StringComparer.OrdinalIgnoreCase))
        {
            findings.Error(entry.Key, $"{(entry.IsSecret ? "what the reference gives" : setting.Shown(entry.Value.Trim()))} cannot be used: {why}", entry);
        }
    }
}
