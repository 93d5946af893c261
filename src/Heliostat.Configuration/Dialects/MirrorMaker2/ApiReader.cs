using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Reads <c>heliostat.api.*</c>, each of which has been checked.</summary>
internal static class ApiReader
{
    /// <summary>What of them does not go together: addresses that ask for TLS, and no certificate.</summary>
    /// <param name="file">All that is written.</param>
    /// <param name="listeners">The key of the addresses.</param>
    /// <param name="findings">Takes what is wrong.</param>
    public static void Check(EffectiveProperties file, string listeners, Findings findings)
    {
        if (file[listeners] is { } written && file[DriverSettings.ApiCertificate.Key] is null
            && SettingParsers.List(written.Value).FirstOrDefault(one => ListenAddress.IsSecured(one) == true) is { } secured)
        {
            findings.Error(listeners,
                $"'{secured}' needs {DriverSettings.ApiCertificate.Key}: a PEM file with the certificate and, unless "
                    + $"{DriverSettings.ApiKey.Key} names another, its key; it alone turns TLS on",
                written.Entry);
        }
    }

    /// <summary>Whether a list of addresses asks for no TLS in so many words.</summary>
    public static bool SaysHttp(string? listeners) =>
        listeners is not null && SettingParsers.List(listeners).Any(one => ListenAddress.IsSecured(one) == false);

    public static ServedApi Read(EffectiveProperties file)
    {
        return new ServedApi
        {
            Listeners = Value(DriverSettings.ApiListeners),
            TokensFile = Value(DriverSettings.ApiTokens),
            SaysHttp = SaysHttp(file[DriverSettings.ApiListeners.Key]?.Value),
            IsInsecure = Is(DriverSettings.ApiInsecure),
            IsOpen = Is(DriverSettings.ApiOpen),
            CertificateFile = Value(DriverSettings.ApiCertificate),
            KeyFile = Value(DriverSettings.ApiKey),
            Hosts = Value(DriverSettings.ApiHosts) ?? [],
        };

        bool Is(TypedSetting<bool> setting) => file[setting.Key] is { } value && setting.Parse(value.Value);

        T? Value<T>(TypedSetting<T> setting)
            where T : class => file[setting.Key] is { } value ? setting.Parse(value.Value) : null;
    }
}
