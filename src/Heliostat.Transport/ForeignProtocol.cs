using System.Globalization;
using System.Text;

namespace Heliostat.Transport;

/// <summary>Names what answered instead of Kafka, from its first bytes.</summary>
internal static class ForeignProtocol
{
    private const int TlsAlert = 0x15;
    private const int TlsHandshake = 0x16;
    private const int TlsMajor = 3;

    /// <summary>For the end of a sentence: what the bytes look like, then the bytes.</summary>
    public static string Describe(ReadOnlySpan<byte> first)
    {
        var shown = first[..Math.Min(first.Length, 8)];
        var hex = Convert.ToHexStringLower(shown);
        var name = Name(shown);
        return name is null
            ? string.Create(CultureInfo.InvariantCulture, $"first bytes {hex}{Printable(shown)}")
            : string.Create(CultureInfo.InvariantCulture, $"{name}; first bytes {hex}{Printable(shown)}");
    }

    /// <summary>True when the first bytes cannot be those of TLS.</summary>
    public static bool IsNotTls(ReadOnlySpan<byte> first) => first[0] is not (TlsAlert or TlsHandshake);

    private static string? Name(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith("HTTP/"u8))
        {
            return "it speaks HTTP";
        }

        if (first.StartsWith("SSH-"u8))
        {
            return "it speaks SSH";
        }

        if (first.Length >= 2 && first[1] == TlsMajor && first[0] is TlsAlert or TlsHandshake)
        {
            return "it speaks TLS: set security.protocol=SSL or SASL_SSL";
        }

        return null;
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is < 0x20 or > 0x7e)
            {
                return "";
            }
        }

        return $" \"{Encoding.ASCII.GetString(bytes)}\"";
    }
}
