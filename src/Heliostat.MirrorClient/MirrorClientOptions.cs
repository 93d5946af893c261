using System.Globalization;
using System.Net;
using Heliostat.Client;
using Heliostat.MirrorClient.Policies;

namespace Heliostat.MirrorClient;

/// <summary>The cluster that a <see cref="MirrorClient"/> looks at, and how mirrored topics are called there.</summary>
public sealed record MirrorClientOptions
{
    /// <summary>How to reach the cluster: the one that topics are mirrored to.</summary>
    public required ClientOptions Client { get; init; }

    /// <summary>The naming policy that the mirror is set up with; by default MirrorMaker 2's.</summary>
    public ReplicationPolicy ReplicationPolicy { get; init; } = new DefaultReplicationPolicy();

    /// <summary>A cluster by its <c>bootstrap.servers</c>, with the defaults for everything else.</summary>
    /// <exception cref="ArgumentException">An entry is not <c>host:port</c>.</exception>
    public static MirrorClientOptions For(string bootstrapServers)
    {
        ArgumentNullException.ThrowIfNull(bootstrapServers);
        DnsEndPoint[] servers = [.. bootstrapServers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(EndPoint)];
        return servers.Length > 0
            ? new() { Client = new ClientOptions { Cluster = "target", ClientId = "heliostat-mirror-client", BootstrapServers = servers } }
            : throw new ArgumentException("no server is named", nameof(bootstrapServers));
    }

    private static DnsEndPoint EndPoint(string entry)
    {
        var colon = entry.LastIndexOf(':');
        var host = colon < 0 ? "" : entry[..colon];
        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host.Contains(':') ? "" : host;
        return host.Length > 0 && int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? new DnsEndPoint(host, port)
            : throw new ArgumentException($"'{entry}' is not host:port", nameof(entry));
    }
}
