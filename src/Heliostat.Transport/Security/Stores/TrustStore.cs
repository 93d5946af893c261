using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Transport.Security.Stores;

/// <summary>The certificates that are trusted: any of them is an anchor, intermediates and leaves too, as in Java.</summary>
public sealed class TrustStore
{
    private const string Prefix = "ssl.truststore";
    private const string LocationKey = "ssl.truststore.location";
    private const string PasswordKey = "ssl.truststore.password";
    private const string CertificatesKey = "ssl.truststore.certificates";

    private TrustStore(X509Certificate2Collection certificates, string source, IReadOnlyList<string> warnings)
    {
        Certificates = certificates;
        Source = source;
        Warnings = warnings;
    }

    /// <summary>The anchors, without keys; never empty.</summary>
    public X509Certificate2Collection Certificates { get; }

    /// <summary>The file, or the key of inline text; for messages.</summary>
    public string Source { get; }

    /// <summary>What an operator should know: certificates that are over, or will be within 30 days.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads what <paramref name="options"/> name; throws <see cref="StoreException"/>.</summary>
    public static TrustStore Load(TrustStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var source = options.Certificates.IsEmpty ? options.Location ?? "" : CertificatesKey;
        var certificates = options.Certificates.IsEmpty ? FromFile(options) : FromText(options);
        return new TrustStore(certificates, source, Stores.Certificates.Warnings(certificates, source, time.GetUtcNow()));
    }

    private static X509Certificate2Collection FromText(TrustStoreOptions options)
    {
        if (!StoreFile.IsPem(options.Type, Prefix))
        {
            throw new StoreException(Prefix + ".type", $"{CertificatesKey} is PEM text: set {Prefix}.type=PEM");
        }

        if (!string.IsNullOrEmpty(options.Location) || !options.Password.IsEmpty)
        {
            throw new StoreException(CertificatesKey,
                $"{CertificatesKey} and {(options.Password.IsEmpty ? LocationKey : PasswordKey)} cannot both be set");
        }

        return Stores.Certificates.FromPem(PemText.Parse(options.Certificates.Reveal(), CertificatesKey, CertificatesKey), CertificatesKey,
            CertificatesKey);
    }

    private static X509Certificate2Collection FromFile(TrustStoreOptions options)
    {
        if (string.IsNullOrEmpty(options.Location))
        {
            throw new StoreException(LocationKey, $"{PasswordKey} is set, and {LocationKey} is not");
        }

        var path = options.Location;
        var bytes = StoreFile.Read(path, LocationKey);
        switch (StoreFile.Check(bytes, path, options.Type, Prefix))
        {
            case StoreKind.Pem when !options.Password.IsEmpty:
                throw new StoreException(PasswordKey, $"{path} is PEM, which has no password: remove {PasswordKey}");
            case StoreKind.Pem:
                return Stores.Certificates.FromPem(PemText.Parse(PemText.Decode(bytes), path, LocationKey), path, LocationKey);
            case StoreKind.Jks:
                return NotEmpty(JksStore.Load(bytes, options.Password, path, LocationKey, PasswordKey)
                    .Where(entry => entry.ProtectedKey is null)
                    .Select(entry => Stores.Certificates.Load(entry.Certificates[0], path, LocationKey)), path);
            default:
                return NotEmpty(Pkcs12Store.Load(bytes, options.Password, path, PasswordKey)
                    .Where(certificate => !certificate.HasPrivateKey), path);
        }
    }

    private static X509Certificate2Collection NotEmpty(IEnumerable<X509Certificate2> certificates, string path)
    {
        X509Certificate2Collection collection = [.. certificates];
        return collection.Count > 0
            ? collection
            : throw new StoreException(LocationKey,
                $"{path} holds no trusted certificate: is it the key store, or a store nothing was imported into?");
    }
}
