using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Transport.Security.Stores;

/// <summary>Opens PKCS12 of any maker: keytool, OpenSSL, old and new encryption.</summary>
internal static class Pkcs12Store
{
    /// <summary>The bounds keep a store that was tampered with from burning the processor; a whole set of public roots fits.</summary>
    private static readonly Pkcs12LoaderLimits Limits = new()
    {
        MaxCertificates = 5_000,
        MaxKeys = 100,
        MacIterationLimit = 1_000_000,
        IndividualKdfIterationLimit = 1_000_000,
        TotalKdfIterationLimit = 10_000_000,
    };

    /// <summary>
    /// What is in it; throws <see cref="StoreException"/> that names <paramref name="passwordKey"/> when the password is missing or another
    /// one.
    /// </summary>
    public static X509Certificate2Collection Load(byte[] bytes, Secret password, string path, string passwordKey)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(bytes, password.IsEmpty ? null : password.Reveal(),
                X509KeyStorageFlags.Exportable, Limits);
        }
        catch (CryptographicException failed)
        {
            throw new StoreException(
                passwordKey,
                password.IsEmpty
                    ? $"{path} is a PKCS12 store, which does not open without a password: {passwordKey} is missing"
                    : $"{path} does not open with {passwordKey}, or is damaged",
                failed);
        }
    }
}
