using System.Globalization;
using System.Net;

namespace Heliostat.Configuration.Options;

/// <summary>The entries of <c>bootstrap.servers</c>; IPv6 addresses are held without brackets.</summary>
public static class Bootstrap
{
    /// <summary>The entry as Kafka writes it: <c>host:port</c>, with brackets around an IPv6 address.</summary>
    public static string Text(DnsEndPoint server) => server.Host.Contains(':')
        ? string.Create(CultureInfo.InvariantCulture, $"[{server.Host}]:{server.Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{server.Host}:{server.Port}");

    /// <summary>One entry as Kafka's clients read it: a scheme before the host is skipped.</summary>
    /// <exception cref="FormatException">It is not host:port.</exception>
    internal static DnsEndPoint Parse(string entry)
    {
        var scheme = entry.IndexOf("://", StringComparison.Ordinal);
        var address = scheme < 0 ? entry : entry[(scheme + 3)..];
        var colon = address.LastIndexOf(':');
        var host = colon <= 0 ? "" : address[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':'))
        {
            host = "";
        }

        return int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= 65535
            && host.Length > 0 && host.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '%' or ':')
            ? new DnsEndPoint(host, port)
            : throw new FormatException($"has an entry that is not host:port: '{entry}'");
    }
}
