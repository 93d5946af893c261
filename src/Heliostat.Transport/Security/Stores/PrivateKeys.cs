using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Transport.Security.Stores;

/// <summary>Private keys from the forms they are kept in. RSA and EC; the caller disposes what it gets.</summary>
public static class PrivateKeys
{
    /// <summary>
    /// The one private key of PEM text: PKCS#8 plain or encrypted (PBES1 or PBES2), PKCS#1 or SEC 1. Throws <see cref="StoreException"/>;
    /// <paramref name="key"/> and <paramref name="passwordKey"/> are the settings it names.
    /// </summary>
    public static AsymmetricAlgorithm FromPem(string text, Secret password, string source, string key, string passwordKey) =>
        FromPem(PemText.Parse(text, source, key), password, source, key, passwordKey);

    internal static AsymmetricAlgorithm FromPem(IReadOnlyList<PemEntry> entries, Secret password, string source, string key,
        string passwordKey)
    {
        PemEntry[] keys = [.. entries.Where(entry => entry.IsPrivateKey)];
        if (keys.Length != 1)
        {
            throw new StoreException(key,
                $"{source} holds {(keys.Length == 0 ? "no private key" : $"{keys.Length} private keys")}, where exactly one is needed");
        }

        if (keys[0].IsEncryptedPkcs1)
        {
            throw new StoreException(key,
                $"the key of {source} has OpenSSL's old encryption (Proc-Type), which is not read: convert it with openssl pkcs8 -topk8");
        }

        return keys[0].Label switch
        {
            "ENCRYPTED PRIVATE KEY" when password.IsEmpty =>
                throw new StoreException(passwordKey, $"the key of {source} is encrypted: {passwordKey} is missing"),
            "ENCRYPTED PRIVATE KEY" => Decrypt(keys[0].Bytes, password, source, key, passwordKey),
            "PRIVATE KEY" => FromPkcs8(keys[0].Bytes, source, key),
            "RSA PRIVATE KEY" => Import(RSA.Create(), rsa => rsa.ImportRSAPrivateKey(keys[0].Bytes, out _), source, key),
            "EC PRIVATE KEY" => Import(ECDsa.Create(), ec => ec.ImportECPrivateKey(keys[0].Bytes, out _), source, key),
            var label => throw new StoreException(key, $"the key of {source} is a {label}: PKCS#8 (PRIVATE KEY) with RSA or EC is read"),
        };
    }

    internal static AsymmetricAlgorithm FromPkcs8(ReadOnlySpan<byte> pkcs8, string source, string key)
    {
        var bytes = pkcs8.ToArray();
        try
        {
            return Algorithm(bytes, source, key) switch
            {
                "1.2.840.113549.1.1.1" => Import(RSA.Create(), rsa => rsa.ImportPkcs8PrivateKey(bytes, out _), source, key),
                "1.2.840.10045.2.1" => Import(ECDsa.Create(), ec => ec.ImportPkcs8PrivateKey(bytes, out _), source, key),
                var other => throw new StoreException(key, $"the private key of {source} is of the algorithm {other}: RSA and EC are read"),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The certificate with its key; throws when the key is another one's.</summary>
    internal static X509Certificate2 Join(X509Certificate2 certificate, AsymmetricAlgorithm privateKey) => privateKey switch
    {
        RSA rsa => certificate.CopyWithPrivateKey(rsa),
        ECDsa ec => certificate.CopyWithPrivateKey(ec),
        _ => throw new ArgumentException("neither RSA nor EC", nameof(privateKey)),
    };

    /// <summary>The algorithm cannot be seen before it is open, so both are tried.</summary>
    private static AsymmetricAlgorithm Decrypt(byte[] encrypted, Secret password, string source, string key, string passwordKey)
    {
        if (TryImport(RSA.Create(), rsa => rsa.ImportEncryptedPkcs8PrivateKey(password.Reveal(), encrypted, out _)) is { } rsa)
        {
            return rsa;
        }

        return TryImport(ECDsa.Create(), ec => ec.ImportEncryptedPkcs8PrivateKey(password.Reveal(), encrypted, out _))
            ?? throw new StoreException(passwordKey, $"the key of {source} does not open with {passwordKey}, or is neither RSA nor EC");
    }

    private static string Algorithm(byte[] pkcs8, string source, string key)
    {
        try
        {
            var sequence = new AsnReader(pkcs8, AsnEncodingRules.BER).ReadSequence();
            sequence.ReadInteger();
            return sequence.ReadSequence().ReadObjectIdentifier();
        }
        catch (AsnContentException damaged)
        {
            throw new StoreException(key, $"the private key of {source} is damaged", damaged);
        }
    }

    private static T Import<T>(T algorithm, Action<T> import, string source, string key) where T : AsymmetricAlgorithm =>
        TryImport(algorithm, import) ?? throw new StoreException(key, $"the private key of {source} is damaged");

    private static T? TryImport<T>(T algorithm, Action<T> import) where T : AsymmetricAlgorithm
    {
        try
        {
            import(algorithm);
            return algorithm;
        }
        catch (CryptographicException)
        {
            algorithm.Dispose();
            return null;
        }
    }
}
