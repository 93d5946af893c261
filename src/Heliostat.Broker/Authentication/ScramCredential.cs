using System.Security.Cryptography;

namespace Heliostat.Broker.Authentication;

/// <summary>What a server keeps of a password for SCRAM: it can check it with this, and not log in elsewhere.</summary>
internal sealed record ScramCredential(HashAlgorithmName Hash, byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey)
{
    public static ScramCredential Of(string password, HashAlgorithmName hash)
    {
        var salt = RandomNumberGenerator.GetBytes(20);
        var bytes = hash == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes : SHA512.HashSizeInBytes;
        return Of(Rfc2898DeriveBytes.Pbkdf2(password, salt, ScramMechanism.FewestIterations, hash, bytes), salt,
            ScramMechanism.FewestIterations, hash);
    }

    /// <summary>Of what a client made of a password with salt and iterations.</summary>
    public static ScramCredential Of(byte[] saltedPassword, byte[] salt, int iterations, HashAlgorithmName hash)
    {
        var clientKey = CryptographicOperations.HmacData(hash, saltedPassword, "Client Key"u8);
        return new ScramCredential(
            hash, salt, iterations, CryptographicOperations.HashData(hash, clientKey),
            CryptographicOperations.HmacData(hash, saltedPassword, "Server Key"u8));
    }

    public bool Proves(byte[] proof, byte[] message)
    {
        var clientKey = CryptographicOperations.HmacData(Hash, StoredKey, message);
        for (var i = 0; i < clientKey.Length; i++) clientKey[i] ^= proof[i];
        return CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(Hash, clientKey), StoredKey);
    }

    public byte[] Sign(byte[] message) => CryptographicOperations.HmacData(Hash, ServerKey, message);

    public override string ToString() => $"{Hash}, {Iterations} iterations";
}
