using Heliostat.Client;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// Reads how a client and its brokers prove who they are, and looks at everything that can be looked at without a connection: stores load,
/// keys fit their certificates, the JAAS line fits the mechanism, keytabs hold the principal. All problems come at once.
/// </summary>
internal sealed class SecurityReader(JavaEnvironment java, Findings findings)
{
    /// <summary>What is no secret though its type is: certificates are for everybody to see.</summary>
    private static readonly HashSet<string> Public = new(StringComparer.Ordinal) { "ssl.truststore.certificates",
        "ssl.keystore.certificate.chain" };

    private readonly HashSet<string> _looked = [];

    public SecurityOptions Read(SettingValues values)
    {
        var protocol = values.Get(ClusterSettings.SecurityProtocol);
        var found = new SecurityFindings(values, findings);
        WarnOfReaders(values, found);
        return new SecurityOptions
        {
            Tls = protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl ? new TlsReader(values, java, found).Read() : null,
            Sasl = protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl
                ? new SaslReader(values, java, found).Read(protocol)
                : null,
        };
    }

    /// <summary>Once for each file that has a secret written in it and that everybody can read.</summary>
    private void WarnOfReaders(SettingValues values, SecurityFindings found)
    {
        var protocol = values.Entry(ClusterSettings.SecurityProtocol)?.Value;
        foreach (var setting
            in SecuritySettings.Table.Settings.Where(setting => setting.Type == SettingType.Password && !Public.Contains(setting.Key)))
        {
            if (values.Entry(setting) is { IsSecret: false, File: { } file } entry && SecurityUse.NoEffect(setting.Key, protocol) is null
                && HoldsSecret(setting, entry.Value) && _looked.Add(file))
            {
                SecretFiles.Warn(file, setting.Key, found);
            }
        }
    }

    private static bool HoldsSecret(Setting setting, string value)
    {
        if (setting != SecuritySettings.Jaas)
        {
            return value.Length > 0;
        }

        try
        {
            return value.Length > 0 && JaasConfig.Parse(value).HoldsSecret;
        }
        catch (SaslException)
        {
            // Reported where it is used.
            return false;
        }
    }
}
