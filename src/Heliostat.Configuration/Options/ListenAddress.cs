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
    private const string SecuredScheme = "https://";

    /// <summary>The address as a URL.</summary>
    public static string Text(IPEndPoint address) => Text(address, isSecured: false);

    /// <summary>The address as a URL; <c>https</c> where it is served over TLS.</summary>
    public static string Text(IPEndPoint address, bool isSecured) => $"{(isSecured ? SecuredScheme : Scheme)}{address}";

    /// <summary>Whether TLS is asked for: <c>https://</c> is written. Null where no scheme is.</summary>
    public static bool? IsSecured(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(SecuredScheme, StringComparison.OrdinalIgnoreCase) ? true
            : text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? false
            : null;
    }

    /// <summary>One address, which is served without TLS; port 0 is any that is free.</summary>
    /// <exception cref="FormatException">It is none, or asks for TLS.</exception>
    public static IPEndPoint Parse(string text) => IsSecured(text) == true
        ? throw new FormatException($"has https://, and is served without TLS: '{text}'")
        : ParseEither(text);

    /// <summary>
    /// As <see cref="Parse"/>, with or without TLS: <c>https://HOST:PORT</c> is an address, too. What is missing for TLS is not looked at.
    /// </summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IPEndPoint ParseEither(string text)
    {
        var address = IsSecured(text) switch
        {
            true => text[SecuredScheme.Length..].TrimEnd('/'),
            false => text[Scheme.Length..].TrimEnd('/'),
            null => text,
        };
        var colon = address.LastIndexOf(':');
        var host = colon <= 0 ? "localhost" : address[..colon].Trim('[', ']');
        return ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && IPOf(host) is { } ip
            ? new IPEndPoint(ip, port)
            : throw new FormatException(
                $"is not {(IsSecured(text) == true ? "[http[s]://]" : "[http://]")}[HOST:]PORT with an IP address or localhost as host: "
                    + $"'{text}'");
    }

    private static IPAddress? IPOf(string host) =>
        host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var ip) ? ip : null;
}
