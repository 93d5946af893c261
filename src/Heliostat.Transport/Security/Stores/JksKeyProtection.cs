using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Transport.Security.Stores;

/// <summary>
/// How JKS protects a key (<c>sun.security.provider.KeyProtector</c>): XOR with a stream of SHA-1 digests over the password and the digest
/// before.
/// </summary>
internal static class JksKeyProtection
{
    private const string Algorithm = "1.3.6.1.4.1.42.2.17.1.1";
    private const int Digest = SHA1.HashSizeInBytes;

    /// <summary>
    /// The PKCS#8 key, or null when the password is another one. Throws <see cref="InvalidDataException"/> when this is no protected key.
    /// </summary>
    public static byte[]? Open(byte[] protectedKey, Secret password)
    {
        var bytes = Unwrap(protectedKey);
        if (bytes.Length < 2 * Digest)
        {
            throw new InvalidDataException("a protected key that is too short");
        }

        var secret = Encoding.BigEndianUnicode.GetBytes(password.Reveal());
        try
        {
            var key = bytes[Digest..^Digest];
            Apply(key, secret, bytes.AsSpan(0, Digest));
            if (CryptographicOperations.FixedTimeEquals(Hash(secret, key), bytes.AsSpan(bytes.Length - Digest)))
            {
                return key;
            }

            CryptographicOperations.ZeroMemory(key);
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static void Apply(Span<byte> key, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt)
    {
        var digest = salt.ToArray();
        for (var at = 0; at < key.Length; at += Digest)
        {
            digest = Hash(secret, digest);
            for (var i = 0; i < Digest && at + i < key.Length; i++)
            {
                key[at + i] ^= digest[i];
            }
        }
    }

    private static byte[] Hash(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> data)
    {
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha1.AppendData(secret);
        sha1.AppendData(data);
        return sha1.GetHashAndReset();
    }

    /// <summary>The octets of an EncryptedPrivateKeyInfo of JKS's own algorithm.</summary>
    private static byte[] Unwrap(byte[] der)
    {
        try
        {
            var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var algorithm = sequence.ReadSequence().ReadObjectIdentifier();
            return algorithm == Algorithm
                ? sequence.ReadOctetString()
                : throw new InvalidDataException($"a key protected with {algorithm}");
        }
        catch (AsnContentException damaged)
        {
            throw new InvalidDataException("a damaged key entry", damaged);
        }
    }
}
