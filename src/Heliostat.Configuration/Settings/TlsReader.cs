using System.Net.Security;
using System.Security.Authentication;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Configuration.Settings;

/// <summary>The <c>ssl.*</c> settings of one client, its stores opened once to see that they can be.</summary>
internal sealed class TlsReader(SettingValues values, JavaEnvironment java, SecurityFindings findings)
{
    private const string Factories = "org.apache.kafka.common.security.ssl.";

    public TlsOptions Read()
    {
        OneOf(SecuritySettings.EndpointIdentification, "other checks of a host name than https, and none when it is empty, are not there",
            "https", "");
        OneOf(SecuritySettings.EngineFactory, "a Java class that makes connections secure cannot be loaded", "",
            Factories + "DefaultSslEngineFactory", Factories + "CommonNameLoggingSslEngineFactory");
        OneOf(SecuritySettings.TrustManager, "a trust manager of another kind decides whom to trust, and it cannot be loaded", "PKIX",
            "SunX509");
        var key = values.Fill(SecuritySettings.KeyStore.Defaults);
        if (key.IsNamed || !key.Password.IsEmpty)
        {
            Open(SecurityFindings.KeyStore, () => KeyStore.Load(key, TimeProvider.System).Warnings);
        }

        var suites = Suites();
        return new TlsOptions
        {
            Trust = Trust(),
            Key = key,
            CipherSuites = suites,
            Protocols = Protocols(suites),
            ChecksHostName = values.Get(SecuritySettings.EndpointIdentification).Trim().Length > 0,
        };
    }

    private TrustStoreOptions Trust()
    {
        var trust = values.Fill(SecuritySettings.TrustStore.Defaults);
        if (trust.IsNamed || !trust.Password.IsEmpty)
        {
            Open(SecurityFindings.TrustStore, () => TrustStore.Load(trust, TimeProvider.System).Warnings);
            return trust;
        }

        if (java.TrustStore is not { } jvm)
        {
            return trust;
        }

        trust = new TrustStoreOptions { Location = jvm, Password = java.TrustStorePassword, Type = java.TrustStoreType ?? trust.Type };
        Open(SecurityFindings.TrustStore, () => TrustStore.Load(trust, TimeProvider.System).Warnings);
        return trust;
    }

    private void Open(string prefix, Func<IReadOnlyList<string>> open)
    {
        try
        {
            foreach (var warning in open())
            {
                findings.Warning(prefix == SecurityFindings.KeyStore ? "ssl.keystore.location" : "ssl.truststore.location", warning);
            }
        }
        catch (StoreException e)
        {
            findings.Error(e.Key, e.Message + findings.Parts(prefix, e.Key));
        }
    }

    private List<TlsCipherSuite> Suites()
    {
        List<TlsCipherSuite> suites = [];
        foreach (var name in values
            .Get(SecuritySettings.CipherSuites).Where(name => name.Length > 0 && name != "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"))
        {
            // Java's old names of suites that are called after TLS since.
            var known = name.StartsWith("SSL_", StringComparison.Ordinal) ? "TLS_" + name[4..] : name;
            if (!char.IsAsciiDigit(known[0]) && Enum.TryParse<TlsCipherSuite>(known, out var suite))
            {
                suites.Add(suite);
            }
            else
            {
                findings.Error(SecuritySettings.CipherSuites.Key,
                    $"'{name}' is no cipher suite; their names are IANA's, as TLS_AES_256_GCM_SHA384");
            }
        }

        return suites;
    }

    private SslProtocols Protocols(List<TlsCipherSuite> suites)
    {
        var asked = SslProtocols.None;
        foreach (var name in values.Get(SecuritySettings.EnabledProtocols).Where(name => name.Length > 0))
        {
            switch (name)
            {
                case "TLSv1.2":
                    asked |= SslProtocols.Tls12;
                    break;
                case "TLSv1.3":
                    asked |= SslProtocols.Tls13;
                    break;
                case "TLSv1" or "TLSv1.1" or "SSLv3" or "SSLv2Hello":
                    findings.Warning(SecuritySettings.EnabledProtocols.Key,
                        $"{name} cannot be spoken: the system's OpenSSL has it switched off");
                    break;
                default:
                    findings.Error(SecuritySettings.EnabledProtocols.Key, $"'{name}' is no version of TLS; known are TLSv1.2 and TLSv1.3");
                    break;
            }
        }

        asked &= Bound();
        if (suites.Count > 0)
        {
            // One list for both: of which it names no suite, that version cannot be spoken.
            var isTls13 = suites.ConvertAll(suite => ((int)suite >> 8) == 0x13);
            asked &= (isTls13.Contains(true) ? SslProtocols.Tls13 : SslProtocols.None)
                | (isTls13.Contains(false) ? SslProtocols.Tls12 : SslProtocols.None);
        }

        if (asked == SslProtocols.None)
        {
            findings.Error(SecuritySettings.EnabledProtocols.Key,
                "ssl.enabled.protocols, ssl.protocol and ssl.cipher.suites leave no version of TLS; TLSv1.2 and TLSv1.3 can be spoken");
        }

        return asked;
    }

    private SslProtocols Bound()
    {
        switch (values.Get(SecuritySettings.Protocol).Trim())
        {
            case "TLSv1.3" or "TLS" or "SSL" or "":
                return SslProtocols.Tls12 | SslProtocols.Tls13;
            case "TLSv1.2":
                return SslProtocols.Tls12;
            case var other:
                findings.Error(SecuritySettings.Protocol.Key, $"'{other}' cannot be spoken; TLSv1.3, TLSv1.2 and TLS can");
                return SslProtocols.Tls12 | SslProtocols.Tls13;
        }
    }

    private void OneOf(Setting setting, string why, params string[] allowed)
    {
        if (values.Entry(setting) is { } entry && !allowed.Contains(entry.Value.Trim(), StringComparer.OrdinalIgnoreCase))
        {
            findings.Error(setting.Key,
                $"{(entry.IsSecret ? "what the reference gives" : setting.Shown(entry.Value.Trim()))} cannot be used: {why}");
        }
    }
}
