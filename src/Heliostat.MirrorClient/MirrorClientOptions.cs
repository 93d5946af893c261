using System.Globalization;
using System.Net;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects;
using Heliostat.MirrorClient.Policies;

namespace Heliostat.MirrorClient;

/// <summary>The cluster that a <see cref="MirrorClient"/> looks at, and how mirrored topics are called there.</summary>
public sealed record MirrorClientOptions
{
    private const string Cluster = "target";
    private const string ClientId = "heliostat-mirror-client";

    /// <summary>How to reach the cluster: the one that topics are mirrored to.</summary>
    public required ClientOptions Client { get; init; }

    /// <summary>The naming policy that the mirror is set up with; by default MirrorMaker 2's.</summary>
    public ReplicationPolicy ReplicationPolicy { get; init; } = new DefaultReplicationPolicy();

    /// <summary>How long reading a topic to its end may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A cluster by a properties file as Kafka's own tools and Java's <c>MirrorClientConfig</c> take it: <c>bootstrap.servers</c>, security
    /// (<c>security.protocol</c>, <c>ssl.*</c>, <c>sasl.*</c>, also JAAS files of <c>KAFKA_OPTS</c>), and <c>replication.policy.class</c>
    /// with its separators. Keys that nobody knows are let be.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">Something is wrong in the file; everything that was found is listed.</exception>
    public static MirrorClientOptions FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (client, naming) = ClientFile.ReadWithNaming(path, Cluster);
        return new()
        {
            Client = client.ClientId == ClientOptions.DefaultClientId ? client with { ClientId = ClientId } : client,
            ReplicationPolicy = ReplicationPolicy.Of(naming),
        };
    }

    /// <summary>A cluster by its <c>bootstrap.servers</c>, with the defaults for everything else.</summary>
    /// <exception cref="ArgumentException">An entry is not <c>host:port</c>.</exception>
    public static MirrorClientOptions For(string bootstrapServers)
    {
        ArgumentNullException.ThrowIfNull(bootstrapServers);
        DnsEndPoint[] servers = [.. bootstrapServers
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(EndPoint)];
        return servers.Length > 0
            ? new() { Client = new ClientOptions { Cluster = Cluster, ClientId = ClientId, BootstrapServers = servers } }
            : throw new ArgumentException("no server is named", nameof(bootstrapServers));
    }

    private static DnsEndPoint EndPoint(string entry)
    {
        var colon = entry.LastIndexOf(':');
        var host = colon < 0 ? "" : entry[..colon];
        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host.Contains(':') ? "" : host;
        return host.Length > 0 && int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= 65535
            ? new DnsEndPoint(host, port)
            : throw new ArgumentException($"'{entry}' is not host:port", nameof(entry));
    }
}
