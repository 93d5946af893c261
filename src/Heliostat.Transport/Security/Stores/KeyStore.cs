using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Transport.Security.Stores;

/// <summary>The client's certificate with its key, and the certificates that are sent with it.</summary>
public sealed class KeyStore
{
    private const string Prefix = "ssl.keystore";
    private const string LocationKey = "ssl.keystore.location";
    private const string PasswordKey = "ssl.keystore.password";
    private const string KeyPasswordKey = "ssl.key.password";
    private const string KeyKey = "ssl.keystore.key";
    private const string ChainKey = "ssl.keystore.certificate.chain";

    private KeyStore(X509Certificate2 certificate, X509Certificate2Collection chain, string source, IReadOnlyList<string> warnings)
    {
        Certificate = certificate;
        Chain = chain;
        Source = source;
        Warnings = warnings;
    }

    /// <summary>The leaf, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What stands between the leaf and its root, without the leaf.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The file, or the key of inline text; for messages.</summary>
    public string Source { get; }

    /// <summary>What an operator should know: an expired leaf, a second key that is not used, a file that others may read.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads what <paramref name="options"/> name; throws <see cref="StoreException"/>.</summary>
    public static KeyStore Load(KeyStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        List<string> warnings = [];
        var isText = !options.Key.IsEmpty || !options.CertificateChain.IsEmpty;
        var source = isText ? KeyKey : options.Location ?? "";
        var (certificate, chain) = isText ? FromText(options) : FromFile(options, warnings);
        warnings.AddRange(Certificates.Warnings([certificate, .. chain], source, time.GetUtcNow()));
        return new KeyStore(certificate, chain, source, warnings);
    }

    private static (X509Certificate2, X509Certificate2Collection) FromText(KeyStoreOptions options)
    {
        if (!StoreFile.IsPem(options.Type, Prefix))
        {
            throw new StoreException(Prefix + ".type", $"{KeyKey} and {ChainKey} are PEM text: set {Prefix}.type=PEM");
        }

        if (!string.IsNullOrEmpty(options.Location) || !options.Password.IsEmpty)
        {
            throw new StoreException(KeyKey, $"{KeyKey} and {(options.Password.IsEmpty ? LocationKey : PasswordKey)} cannot both be set");
        }

        if (options.Key.IsEmpty || options.CertificateChain.IsEmpty)
        {
            throw new StoreException(KeyKey,
                options.Key.IsEmpty ? $"{ChainKey} is set, and {KeyKey} is not" : $"{KeyKey} is set, and {ChainKey} is not");
        }

        using var key = PrivateKeys.FromPem(options.Key.Reveal(), options.KeyPassword, KeyKey, KeyKey, KeyPasswordKey);
        return Pair(key, Certificates.FromPem(PemText.Parse(options.CertificateChain.Reveal(), ChainKey, ChainKey), ChainKey, ChainKey),
            ChainKey, ChainKey);
    }

    private static (X509Certificate2, X509Certificate2Collection) FromFile(KeyStoreOptions options, List<string> warnings)
    {
        if (string.IsNullOrEmpty(options.Location))
        {
            throw new StoreException(LocationKey, $"{PasswordKey} is set, and {LocationKey} is not");
        }

        var bytes = StoreFile.Read(options.Location, LocationKey);
        var kind = StoreFile.Check(bytes, options.Location, options.Type, Prefix);
        WarnOfReaders(options.Location, warnings);
        if (kind == StoreKind.Pem)
        {
            return FromPem(bytes, options);
        }

        if (options.Password.IsEmpty)
        {
            throw new StoreException(PasswordKey, $"{LocationKey} is set, and {PasswordKey} is not");
        }

        return kind == StoreKind.Jks ? FromJks(bytes, options, warnings) : FromPkcs12(bytes, options, warnings);
    }

    private static (X509Certificate2, X509Certificate2Collection) FromPem(byte[] bytes, KeyStoreOptions options)
    {
        var path = options.Location!;
        if (!options.Password.IsEmpty)
        {
            throw new StoreException(PasswordKey,
                $"{path} is PEM, which has no store password: remove {PasswordKey} (an encrypted key's is {KeyPasswordKey})");
        }

        var entries = PemText.Parse(PemText.Decode(bytes), path, LocationKey);
        using var key = PrivateKeys.FromPem(entries, options.KeyPassword, path, LocationKey, KeyPasswordKey);
        return Pair(key, Certificates.FromPem(entries, path, LocationKey), path, LocationKey);
    }

    private static (X509Certificate2, X509Certificate2Collection) FromJks(byte[] bytes, KeyStoreOptions options, List<string> warnings)
    {
        var path = options.Location!;
        JksEntry[] keys = [.. JksStore.Load(bytes, options.Password, path, LocationKey, PasswordKey)
            .Where(entry => entry.ProtectedKey is not null)];
        if (keys.Length == 0)
        {
            throw NoKey(path);
        }

        WarnOfOthers(keys.Length, keys[0].Alias, path, warnings);
        var isOwn = !options.KeyPassword.IsEmpty;
        using var key = JksStore.OpenKey(keys[0], isOwn ? options.KeyPassword : options.Password, path, LocationKey,
            isOwn ? KeyPasswordKey : PasswordKey);
        return Pair(key, [.. keys[0].Certificates.Select(certificate => Certificates.Load(certificate, path, LocationKey))], path,
            LocationKey);
    }

    private static (X509Certificate2, X509Certificate2Collection) FromPkcs12(byte[] bytes, KeyStoreOptions options, List<string> warnings)
    {
        var path = options.Location!;
        var all = Pkcs12Store.Load(bytes, options.Password, path, PasswordKey);
        X509Certificate2[] withKey = [.. all.Where(certificate => certificate.HasPrivateKey)];
        if (withKey.Length == 0)
        {
            throw NoKey(path);
        }

        WarnOfOthers(withKey.Length, withKey[0].Subject, path, warnings);
        return (withKey[0], [.. all.Where(certificate => !certificate.HasPrivateKey)]);
    }

    /// <summary>The leaf is the first certificate; one further on that fits the key is taken too.</summary>
    private static (X509Certificate2, X509Certificate2Collection) Pair(AsymmetricAlgorithm key, X509Certificate2Collection certificates,
        string source, string settingKey)
    {
        var leaf = certificates.FirstOrDefault(certificate => Fits(key, certificate))
            ?? throw new StoreException(settingKey,
                $"the private key does not belong to the certificate of {certificates[0].Subject} in {source}");
        return (PrivateKeys.Join(leaf, key), [.. certificates.Where(certificate => !ReferenceEquals(certificate, leaf))]);
    }

    private static bool Fits(AsymmetricAlgorithm key, X509Certificate2 certificate) =>
        key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    private static StoreException NoKey(string path) => new(LocationKey, $"{path} holds no private key: is it the trust store?");

    private static void WarnOfOthers(int count, string taken, string path, List<string> warnings)
    {
        if (count > 1)
        {
            warnings.Add($"{path} holds {count} keys; '{taken}' is used");
        }
    }

    private static void WarnOfReaders(string path, List<string> warnings)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            warnings.Add($"{path} holds a private key, and others than its owner may read it: chmod 600");
        }
    }
}
