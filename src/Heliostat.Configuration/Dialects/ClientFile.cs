using Heliostat.Client;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects;

/// <summary>
/// A properties file of one of Kafka's clients, as its tools take it by <c>--command-config</c>: how to reach one cluster.
/// </summary>
public static class ClientFile
{
    private static readonly SettingTable Table = new(
        [.. AdminSettings.Table.Settings, ConnectorSettings.ReplicationPolicy, ConnectorSettings.SourceAlias, ConnectorSettings.Separator,
            ConnectorSettings.InternalSeparator],
        AdminSettings.Table.Families);

    /// <summary>The options of a client, security included; keys that only consumers or producers know are let be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cluster">What messages call the cluster.</param>
    /// <exception cref="ConfigurationException">Something is wrong in the file; everything that was found is listed.</exception>
    public static ClientOptions Read(string path, string cluster)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(cluster);
        return Read(path, cluster, Environment.GetEnvironmentVariable);
    }

    /// <summary>
    /// As <see cref="Read(string, string)"/>, and what mirrored topics are called there, as Java's <c>MirrorClientConfig</c> reads it.
    /// </summary>
    /// <exception cref="ConfigurationException">Something is wrong in the file; everything that was found is listed.</exception>
    public static (ClientOptions Client, NamingOptions Naming) ReadWithNaming(string path, string cluster)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(cluster);
        var read = ReadRotating(path, cluster, Environment.GetEnvironmentVariable);
        return (read.Options, read.Naming);
    }

    /// <summary>As <see cref="Read(string, string)"/>, with another environment.</summary>
    internal static ClientOptions Read(string path, string cluster, Func<string, string?> environment) =>
        ReadRotating(path, cluster, environment).Options;

    private static (ClientOptions Options, NamingOptions Naming, SecurityRotation Rotation) ReadRotating(string path, string cluster,
        Func<string, string?> environment)
    {
        var rotation = new SecurityRotation(() => ReadRotating(path, cluster, environment).Rotation);
        var findings = new Findings();
        var entries = findings.Try(null, () => ResolvedEntries.Load("FILE", path, environment, findings)) ?? [];
        findings.ThrowIfAny();
        var values = new SettingValues(cluster, path, Table, entries, findings);
        var options = new ClientReader(JavaEnvironment.Read(environment), findings, rotation).Client(values);
        findings.ThrowIfAny();
        var separator = values.Get(ConnectorSettings.Separator);
        var naming = NamingOptions.Keep with
        {
            Policy = values.Get(ConnectorSettings.ReplicationPolicy),
            SourceAlias = values.Get(ConnectorSettings.SourceAlias),
            Separator = separator,
            InternalSeparator = values.Get(ConnectorSettings.InternalSeparator) ? separator : ".",
        };
        return (options, naming, rotation);
    }
}
