using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Reads <c>heliostat.api.*</c>, which has been checked.</summary>
internal static class ApiReader
{
    public static ServedApi Read(EffectiveProperties file)
    {
        return new ServedApi
        {
            Listeners = Value(DriverSettings.ApiListeners),
            TokensFile = Value(DriverSettings.ApiTokens),
            IsInsecure = file[DriverSettings.ApiInsecure.Key] is { } insecure && DriverSettings.ApiInsecure.Parse(insecure.Value),
            CertificateFile = Value(DriverSettings.ApiCertificate),
            KeyFile = Value(DriverSettings.ApiKey),
            Hosts = Value(DriverSettings.ApiHosts) ?? [],
        };

        T? Value<T>(TypedSetting<T> setting)
            where T : class => file[setting.Key] is { } value ? setting.Parse(value.Value) : null;
    }
}
