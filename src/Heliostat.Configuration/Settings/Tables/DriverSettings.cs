using System.Net;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>Settings at the top level that are about the process, <c>MirrorMakerConfig</c> and <c>RestServerConfig</c>; and those that have their own prefix.</summary>
internal static class DriverSettings
{
    private const string NoInternalRest = "there is no server: processes share a flow through a group on its target";

    public static readonly TypedSetting<IReadOnlyList<string>> Clusters = Declare.Setting("clusters", Kinds.List, null, "The aliases of all clusters in the file.", "2.4");

    public static readonly TypedSetting<IReadOnlyList<string>> ConfigProviders = Declare.Setting("config.providers", Kinds.List, "", "Names of the providers that resolve ${name:path:key} in values.", "2.0");

    public static readonly TypedSetting<IReadOnlyList<IPEndPoint>> MetricsListeners = Declare.Setting(
        "heliostat.metrics.listeners", Kinds.ListOfSome(ListenAddress.Parse, ListenAddress.Text, "addresses such as http://:9404, separated by commas"), "",
        "Where metrics and health are served, without a login: [http://][HOST:]PORT. Without a host: to this machine only; 0.0.0.0 is every IPv4 address. Empty: nowhere. --metrics wins.");

    public static SettingTable Table { get; } = new(
    [
        Clusters, ConfigProviders, MetricsListeners,
        Declare.Unused("dedicated.mode.enable.internal.rest", SettingType.Boolean, "false", NoInternalRest, "3.5", "true", "false"),
        Declare.Unused("listeners", SettingType.List, "http://:8083", NoInternalRest, "1.1"),
        Declare.Unused("rest.advertised.host.name", SettingType.String, null, NoInternalRest, "0.9"),
        Declare.Unused("rest.advertised.port", SettingType.Int, null, NoInternalRest, "0.9"),
        Declare.Unused("rest.advertised.listener", SettingType.String, null, NoInternalRest, "1.1"),
        Declare.Unused("ssl.client.auth", SettingType.String, "none", NoInternalRest, "1.1", "none"),
        Declare.Unused("access.control.allow.origin", SettingType.String, "", NoInternalRest, "0.9"),
        Declare.Unused("access.control.allow.methods", SettingType.String, "", NoInternalRest, "0.10"),
        Declare.Unused("response.http.headers.config", SettingType.String, "", NoInternalRest, "2.6"),
        .. SecuritySettings.Table.Settings.Where(s => s.Key != "bootstrap.servers"),
    ], [new SettingFamily("config.providers.", ""), new SettingFamily("listeners.https.", NoInternalRest)]);
}
