using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Client.Authentication.Scram;

/// <summary>The arithmetic of RFC 5802, section 3, for one of the two hashes.</summary>
internal sealed class ScramKeys(ScramHash hash)
{
    private HashAlgorithmName Name => hash == ScramHash.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;

    private int Length => hash == ScramHash.Sha256 ? SHA256.HashSizeInBytes : SHA512.HashSizeInBytes;

    /// <summary>Hi(): the one that costs. Kafka takes the password as it is, without SASLprep.</summary>
    public byte[] SaltedPassword(string password, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, Name, Length);

    public byte[] Proof(byte[] saltedPassword, ReadOnlySpan<byte> authMessage)
    {
        var proof = Hmac(saltedPassword, "Client Key"u8);
        var signature = Hmac(CryptographicOperations.HashData(Name, proof), authMessage);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= signature[i];
        }

        return proof;
    }

    public byte[] ServerSignature(byte[] saltedPassword, ReadOnlySpan<byte> authMessage) =>
        Hmac(Hmac(saltedPassword, "Server Key"u8), authMessage);

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(Name, key, data);
}
