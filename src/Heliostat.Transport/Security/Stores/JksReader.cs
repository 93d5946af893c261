using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Transport.Security.Stores;

/// <summary>
/// Java's JKS format, versions 1 and 2 (<c>sun.security.provider.JavaKeyStore</c>): entries behind one another, and a SHA-1 over password,
/// a phrase and all of it. Throws <see cref="InvalidDataException"/> for bytes that are no such store.
/// </summary>
internal ref struct JksReader
{
    private const int KeyTag = 1;
    private const int CertificateTag = 2;

    private ReadOnlySpan<byte> _rest;

    private JksReader(ReadOnlySpan<byte> bytes)
    {
        _rest = bytes;
    }

    public static List<JksEntry> Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new JksReader(bytes.Length > SHA1.HashSizeInBytes ? bytes[..^SHA1.HashSizeInBytes] : default);
        if (reader.Int32() != unchecked((int)0xFEEDFEED))
        {
            throw new InvalidDataException("not a JKS store");
        }

        var version = reader.Int32();
        if (version is not (1 or 2))
        {
            throw new InvalidDataException($"a JKS store of version {version}, where 1 and 2 are known");
        }

        List<JksEntry> entries = [];
        for (var left = reader.Int32(); left > 0; left--)
        {
            entries.Add(reader.Entry(version));
        }

        return reader._rest.IsEmpty ? entries : throw new InvalidDataException("bytes behind the last entry");
    }

    /// <summary>Whether the store is whole and the password its own. Without a password Java does not look.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> bytes, Secret password)
    {
        if (bytes.Length < SHA1.HashSizeInBytes)
        {
            return false;
        }

        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha1.AppendData(Encoding.BigEndianUnicode.GetBytes(password.Reveal()));
        sha1.AppendData("Mighty Aphrodite"u8);
        sha1.AppendData(bytes[..^SHA1.HashSizeInBytes]);
        return CryptographicOperations.FixedTimeEquals(sha1.GetHashAndReset(), bytes[^SHA1.HashSizeInBytes..]);
    }

    private JksEntry Entry(int version)
    {
        var tag = Int32();
        var alias = Text();
        Take(sizeof(long));
        switch (tag)
        {
            case KeyTag:
                var key = Take(Int32()).ToArray();
                List<byte[]> chain = [];
                for (var left = Int32(); left > 0; left--)
                {
                    chain.Add(Certificate(version));
                }

                return new JksEntry(alias, key, chain);
            case CertificateTag:
                return new JksEntry(alias, null, [Certificate(version)]);
            default:
                throw new InvalidDataException($"an entry of the unknown kind {tag}");
        }
    }

    private byte[] Certificate(int version)
    {
        if (version == 2)
        {
            var type = Text();
            if (type != "X.509")
            {
                throw new InvalidDataException($"a certificate of the type {type}");
            }
        }

        return Take(Int32()).ToArray();
    }

    private int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    /// <summary>Java's modified UTF-8; aliases beyond the BMP, where it differs from UTF-8, are only shown.</summary>
    private string Text() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)))));

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw new InvalidDataException("the store is cut off or damaged");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
