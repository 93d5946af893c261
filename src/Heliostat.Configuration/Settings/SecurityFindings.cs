using System.Globalization;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// Problems with the security of one client: each goes to the line of its setting or, where that is not written, to the line that asks for
/// it.
/// </summary>
internal sealed class SecurityFindings(SettingValues values, Findings findings)
{
    /// <summary>How the keys of the store of trusted certificates begin.</summary>
    public const string TrustStore = "ssl.truststore.";

    /// <summary>How the keys of the client's own key and certificate begin.</summary>
    public const string KeyStore = "ssl.key";

    public void Error(string key, string message) => findings.Error(key, Said(key, message), At(key));

    public void Warning(string key, string message) => findings.Warning(key, Said(key, message), At(key));

    /// <summary>Where the parts of a store come from that is put together of several lines: what is inherited need not fit.</summary>
    /// <param name="prefix">How the keys of the store begin.</param>
    /// <param name="but">The key that the problem is reported for.</param>
    public string Parts(string prefix, string but)
    {
        var parts = (from entry in Written(prefix)
                     where entry.Key != but && entry.Line > 0
                     orderby entry.Line
                     select string.Create(CultureInfo.InvariantCulture, $"{entry.Key} is in line {entry.Line}")).ToList();
        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    private string Said(string key, string message) => values.Entry(key) is null ? $"{message} ({values.Cluster})" : message;

    private PropertyEntry? At(string key) =>
        values.Entry(key) ?? Beside(key) ?? values.Entry(ClusterSettings.SecurityProtocol) ?? values.File;

    /// <summary>The line of another setting of the same store, or of the same login.</summary>
    private PropertyEntry? Beside(string key) => key switch
    {
        _ when key.StartsWith(TrustStore, StringComparison.Ordinal) => Written(TrustStore).FirstOrDefault(),
        _ when key.StartsWith(KeyStore, StringComparison.Ordinal) => Written(KeyStore).FirstOrDefault(),
        _ when key.StartsWith("sasl.", StringComparison.Ordinal) => values.Entry("sasl.mechanism"),
        _ => null,
    };

    private IEnumerable<PropertyEntry> Written(string prefix) =>
        from setting in SecuritySettings.Table.Settings
        where setting.Key.StartsWith(prefix, StringComparison.Ordinal) && !setting.Key.EndsWith(".algorithm", StringComparison.Ordinal)
        let entry = values.Entry(setting)
        where entry is not null
        select entry;
}
