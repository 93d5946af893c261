using System.Net;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>
/// Settings at the top level that are about the process, <c>MirrorMakerConfig</c> and <c>RestServerConfig</c>; and those that have their
/// own prefix.
/// </summary>
internal static class DriverSettings
{
    private const string NoInternalRest = "there is no server: processes share a flow through a group on its target";

    public static readonly TypedSetting<IReadOnlyList<string>> Clusters = Declare.Setting("clusters", Kinds.List, null,
        "The aliases of all clusters in the file.", "2.4");

    public static readonly TypedSetting<IReadOnlyList<string>> ConfigProviders = Declare.Setting("config.providers", Kinds.List, "",
        "Names of the providers that resolve ${name:path:key} in values.", "2.0");

    public static readonly TypedSetting<IReadOnlyList<IPEndPoint>> MetricsListeners = Declare.Setting(
        "heliostat.metrics.listeners",
        Kinds.ListOfSome(ListenAddress.Parse, ListenAddress.Text, "addresses such as http://:9404, separated by commas"), "",
        "Where metrics and health are served, without a login: [http://][HOST:]PORT. Without a host: to this machine only; 0.0.0.0 is "
            + "every IPv4 address. Empty: nowhere. --metrics wins.");

    public static readonly TypedSetting<IReadOnlyList<IPEndPoint>> ApiListeners = Declare.Setting(
        "heliostat.api.listeners", new SettingKind<IReadOnlyList<IPEndPoint>>(
            SettingType.List, value => value.Trim() == NoListeners ? [] : ApiAddresses.Parse(value),
            addresses => addresses.Count == 0 ? NoListeners : ApiAddresses.Text(addresses),
            "addresses such as http://127.0.0.1:8083, separated by commas, or none"), "http://127.0.0.1:8083",
        "Where the API and the page are served: [HOST:]PORT, with http:// or https:// before it if you like; over TLS where "
            + "heliostat.api.certificate.file is set, and https:// needs that. Unless this is set, the next free port is taken where that "
            + "one is in use. none: nowhere. --api wins.");

    public static readonly TypedSetting<string> ApiTokens = Declare.Setting(
        "heliostat.api.tokens.file", Kinds.String, null,
        "A file of tokens, as heliostat token new prints them; then the API asks for one. Read again when it changes.");

    public static readonly TypedSetting<bool> ApiInsecure = Declare.Setting(
        "heliostat.api.insecure", Kinds.Boolean, "false",
        "Serve the API to other machines without TLS; without tokens they may look, and change nothing unless "
            + "heliostat.api.open is true.");

    public static readonly TypedSetting<bool> ApiOpen = Declare.Setting(
        "heliostat.api.open", Kinds.Boolean, "false",
        "Without tokens, let other machines change things too, as Kafka Connect does: only where a network policy keeps others away.");

    public static readonly TypedSetting<string> ApiCertificate = Declare.Setting(
        "heliostat.api.certificate.file", Kinds.String, null,
        "A PEM file with the certificate, and those above it, by which the API is served over TLS; it is read again when it changes.");

    public static readonly TypedSetting<string> ApiKey = Declare.Setting(
        "heliostat.api.key.file", Kinds.String, null,
        "A PEM file with the key of that certificate, not encrypted; unless it is set, it is in the certificate's file.");

    public static readonly TypedSetting<IReadOnlyList<string>> ApiHosts = Declare.Setting(
        "heliostat.api.hosts", Kinds.List, "",
        "Names besides this machine's own by which the API is called, such as that of a service, or *.svc for all below it; others are "
            + "refused (DNS rebinding).");

    public static readonly TypedSetting<ResidencyRules> ResidencyDeny = Declare.Setting(
        "heliostat.residency.deny", new SettingKind<ResidencyRules>(SettingType.List, ResidencyRules.Parse, rules => rules.ToString(),
            "LABEL -> LABEL, or PATTERN: LABEL -> LABEL of topics, separated by commas; !LABEL for clusters without it, * for any"), "",
        "From clusters of which labels (ALIAS.heliostat.labels) nothing may be mirrored to those of which others. A flow that is denied is "
            + "refused; topics that are denied are left out, and refused in plan. For all flows of the file.");

    public static readonly TypedSetting<IReadOnlyList<string>> Labels = Declare.Setting(
        "heliostat.labels", Kinds.List, "", "Under ALIAS.: labels of a cluster, such as eu, pci, for heliostat.residency.deny.");

    private const string NoListeners = "none";

    /// <summary>What is read outside of flows, and does something.</summary>
    public static IReadOnlyList<Setting> OfProcess =>
        field ??= [MetricsListeners, ApiListeners, ApiTokens, ApiInsecure, ApiOpen, ApiHosts, ApiCertificate, ApiKey, ResidencyDeny];

    private static SettingKind<IReadOnlyList<IPEndPoint>> ApiAddresses =>
        field ??= Kinds.ListOfSome(ListenAddress.ParseEither, ListenAddress.Text, "");

    public static SettingTable Table { get; } = new(
    [
        Clusters, ConfigProviders, MetricsListeners, ApiListeners, ApiTokens, ApiInsecure, ApiOpen, ApiHosts, ApiCertificate, ApiKey,
        ResidencyDeny, Labels,
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
