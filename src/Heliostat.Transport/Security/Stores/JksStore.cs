using System.Security.Cryptography;

namespace Heliostat.Transport.Security.Stores;

/// <summary>Opens a JKS store, with failures in words.</summary>
internal static class JksStore
{
    public static List<JksEntry> Load(byte[] bytes, Secret password, string path, string locationKey, string passwordKey)
    {
        if (!password.IsEmpty && !JksReader.IsIntact(bytes, password))
        {
            throw new StoreException(passwordKey, $"{path} does not open with {passwordKey}, or was tampered with");
        }

        try
        {
            return JksReader.Read(bytes);
        }
        catch (InvalidDataException damaged)
        {
            throw new StoreException(locationKey, $"{path} cannot be read: {damaged.Message}", damaged);
        }
    }

    /// <summary>The key of an entry; <paramref name="passwordKey"/> is the setting whose password was taken.</summary>
    public static AsymmetricAlgorithm OpenKey(JksEntry entry, Secret password, string path, string locationKey, string passwordKey)
    {
        byte[]? pkcs8;
        try
        {
            pkcs8 = JksKeyProtection.Open(entry.ProtectedKey ?? throw new InvalidDataException("no key"), password);
        }
        catch (InvalidDataException damaged)
        {
            throw new StoreException(locationKey, $"the key '{entry.Alias}' of {path} cannot be read: {damaged.Message}", damaged);
        }

        if (pkcs8 is null)
        {
            throw new StoreException(passwordKey,
                $"the key '{entry.Alias}' of {path} does not open with {passwordKey}: does it have a password of its own "
                    + "(ssl.key.password)?");
        }

        try
        {
            return PrivateKeys.FromPkcs8(pkcs8, $"'{entry.Alias}' in {path}", locationKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
