using System.Text;

namespace Heliostat.Transport.Security.Stores;

/// <summary>
/// PEM as people have it: text between the entries, any white space within them, spaces instead of line ends (also for whole chains, of
/// which Kafka's <c>DefaultSslEngineFactory</c> finds the last entry only).
/// </summary>
internal static class PemText
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";

    /// <summary>
    /// All entries in order; throws <see cref="StoreException"/> that names <paramref name="key"/> and shows <paramref name="source"/>,
    /// never the text.
    /// </summary>
    public static List<PemEntry> Parse(string text, string source, string key)
    {
        List<PemEntry> entries = [];
        var at = 0;
        while ((at = text.IndexOf(Begin, at, StringComparison.Ordinal)) >= 0)
        {
            var labelEnd = text.IndexOf(Dashes, at + Begin.Length, StringComparison.Ordinal);
            if (labelEnd < 0)
            {
                throw new StoreException(key, $"{source} holds a BEGIN line that does not end");
            }

            var label = text[(at + Begin.Length)..labelEnd].Trim();
            var bodyStart = labelEnd + Dashes.Length;
            var end = text.IndexOf(End + label + Dashes, bodyStart, StringComparison.Ordinal);
            if (end < 0)
            {
                throw Unended(label, text[bodyStart..], source, key);
            }

            entries.Add(Entry(label, text[bodyStart..end], source, key));
            at = end + End.Length;
        }

        return entries;
    }

    public static string Decode(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static StoreException Unended(string label, string rest, string source, string key) => new(
        key,
        string.IsNullOrWhiteSpace(rest)
            ? $"{source} ends after its first line, '{Begin}{label}{Dashes}': in a properties file each line of the value but the last "
                + "must end in \\n\\ (or name a file with location)"
            : $"{source} holds '{Begin}{label}{Dashes}' without its END line");

    private static PemEntry Entry(string label, string body, string source, string key)
    {
        // Headers ("Proc-Type: 4,ENCRYPTED") end in an empty line; white space is no part of base64.
        var isEncrypted = body.Contains("Proc-Type:", StringComparison.Ordinal);
        if (isEncrypted)
        {
            return new PemEntry(label, [], IsEncryptedPkcs1: true);
        }

        var base64 = new StringBuilder(body.Length);
        foreach (var character in body)
        {
            if (!char.IsWhiteSpace(character))
            {
                base64.Append(character);
            }
        }

        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64.ToString(), bytes, out var written) && written > 0
            ? new PemEntry(label, bytes[..written], IsEncryptedPkcs1: false)
            : throw new StoreException(key, $"{source}: what stands between BEGIN and END of {label} is not base64");
    }
}
