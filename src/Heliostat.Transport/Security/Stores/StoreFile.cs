namespace Heliostat.Transport.Security.Stores;

/// <summary>
/// Reads a store's file and says what it is by its first bytes, as Java does: a file's name and its declared type are often wrong.
/// </summary>
internal static class StoreFile
{
    private const int MostBytes = 64 * 1024 * 1024;

    /// <summary>The file's bytes; throws <see cref="StoreException"/> that names <paramref name="key"/>.</summary>
    public static byte[] Read(string path, string key)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
            {
                throw new StoreException(key, $"{path} is larger than any store is");
            }

            var bytes = File.ReadAllBytes(path);
            return bytes.Length > 0 ? bytes : throw new StoreException(key, $"{path} is empty");
        }
        catch (Exception notFound) when (notFound is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StoreException(key, $"there is no file {path}", notFound);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StoreException(key, Directory.Exists(path) ? $"{path} is a folder" : $"{path} may not be read by this user", denied);
        }
        catch (IOException failed)
        {
            throw new StoreException(key, $"{path} cannot be read: {failed.Message}", failed);
        }
    }

    public static StoreKind KindOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFE, 0xED, 0xFE, 0xED, ..] => StoreKind.Jks,
        [0xCE, 0xCE, 0xCE, 0xCE, ..] => StoreKind.Jceks,
        [0x30, ..] => StoreKind.Pkcs12,
        _ when bytes.IndexOf("-----BEGIN"u8) >= 0 => StoreKind.Pem,
        _ => StoreKind.Unknown,
    };

    /// <summary>
    /// What the bytes are, checked against the declared type: PEM is declared as PEM and nothing else is; of the binary kinds any may be
    /// declared as any. <paramref name="prefix"/> is <c>ssl.truststore</c> or <c>ssl.keystore</c>.
    /// </summary>
    public static StoreKind Check(ReadOnlySpan<byte> bytes, string path, string type, string prefix)
    {
        var kind = KindOf(bytes);
        return (IsPem(type, prefix), kind) switch
        {
            (true, StoreKind.Pem) or (false, StoreKind.Jks or StoreKind.Pkcs12) => kind,
            (false, StoreKind.Pem) => throw new StoreException(prefix + ".type", $"{path} is a PEM file: set {prefix}.type=PEM"),
            (_, StoreKind.Jceks) => throw new StoreException(
                prefix + ".location",
                $"{path} is a JCEKS store, which is not read: convert it with keytool -importkeystore -deststoretype PKCS12"),
            (true, StoreKind.Jks or StoreKind.Pkcs12) => throw new StoreException(
                prefix + ".type", $"{path} is a {Name(kind)} store and not PEM: set {prefix}.type={Name(kind)}"),
            _ => throw new StoreException(prefix + ".location", $"{path} is neither a JKS nor a PKCS12 store nor PEM"),
        };
    }

    /// <summary>Whether the declared type is PEM; throws for types that are not read at all.</summary>
    public static bool IsPem(string type, string prefix) => type.ToUpperInvariant() switch
    {
        "PEM" => true,
        "JKS" or "PKCS12" => false,
        _ => throw new StoreException(prefix + ".type", $"stores of type {type} are not read: JKS, PKCS12 and PEM are"),
    };

    private static string Name(StoreKind kind) => kind == StoreKind.Jks ? "JKS" : "PKCS12";
}
