using Heliostat.Client;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// Reads how a client and its brokers prove who they are, and looks at everything that can be looked at without a connection: stores load, keys fit their certificates,
/// the JAAS line fits the mechanism, keytabs hold the principal. All problems come at once.
/// </summary>
internal sealed class SecurityReader(JavaEnvironment java, Findings findings)
{
    public SecurityOptions Read(SettingValues values)
    {
        var protocol = values.Get(ClusterSettings.SecurityProtocol);
        var found = new SecurityFindings(values, findings);
        return new SecurityOptions
        {
            Tls = protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl ? new TlsReader(values, java, found).Read() : null,
            Sasl = protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl ? new SaslReader(values, java, found).Read(protocol) : null,
        };
    }
}
