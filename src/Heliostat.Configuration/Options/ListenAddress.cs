using System.Globalization;
using System.Net;

namespace Heliostat.Configuration.Options;

/// <summary>
/// Where the program itself listens: <c>http://HOST:PORT</c>, the scheme may be left out, and so may the host: then it is this machine
/// only.
/// </summary>
public static class ListenAddress
{
    private const string Scheme = "http://";

    /// <summary>The address as a URL.</summary>
    public static string Text(IPEndPoint address) => $"{Scheme}{address}";

    /// <summary>One address; port 0 is any that is free.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IPEndPoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var address = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].TrimEnd('/') : text;
        var colon = address.LastIndexOf(':');
        var host = colon <= 0 ? "localhost" : address[..colon].Trim('[', ']');
        return ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && IPOf(host) is { } ip
            ? new IPEndPoint(ip, port)
            : throw new FormatException($"is not [http://][HOST:]PORT with an IP address or localhost as host: '{text}'");
    }

    private static IPAddress? IPOf(string host) =>
        host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var ip) ? ip : null;
}
