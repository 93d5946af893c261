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
