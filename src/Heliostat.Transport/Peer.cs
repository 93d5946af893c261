using System.Globalization;
using System.Net;

namespace Heliostat.Transport;

/// <summary>How a peer is named in messages: <c>source: 127.0.0.1:9092</c>.</summary>
internal static class Peer
{
    public static string Prefix(ConnectionOptions options) => options.Cluster.Length == 0 ? "" : options.Cluster + ": ";

    public static string Name(DnsEndPoint endpoint) => endpoint.Host.Contains(':')
        ? string.Create(CultureInfo.InvariantCulture, $"[{endpoint.Host}]:{endpoint.Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{endpoint.Host}:{endpoint.Port}");
}
