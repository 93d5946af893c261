using System.Globalization;

namespace Heliostat.Configuration.Options;

/// <summary>One entry of <c>bootstrap.servers</c>; IPv6 addresses are held without brackets.</summary>
public readonly record struct BootstrapServer(string Host, int Port)
{
    /// <summary>The entry as Kafka writes it: <c>host:port</c>, with brackets around an IPv6 address.</summary>
    public override string ToString() => Host.Contains(':')
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>One entry as Kafka's clients read it: a scheme before the host is skipped.</summary>
    internal static bool TryParse(string entry, out BootstrapServer server)
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

        var valid = int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535;
        server = new BootstrapServer(host, port);
        return valid && host.Length > 0 && host.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '%' or ':');
    }
}
