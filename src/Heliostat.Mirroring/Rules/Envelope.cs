using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Transport.Security;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// How keys and values are encrypted: AES-256-GCM, each record under a key and a nonce of its own that are derived from what it is, so that
/// the same record of the same offset is the same bytes again, and no two others share them. docs/encryption.md has it for those who read
/// without us.
/// </summary>
/// <param name="id">What the key is called.</param>
/// <param name="key">32 bytes in base64.</param>
/// <param name="place">Where what is encrypted stands (<see cref="Place"/>); nothing for who only reads.</param>
internal sealed class Envelope(string id, Secret key, byte[] place)
{
    /// <summary>What is added to what is encrypted.</summary>
    public const int TagBytes = 16;

    private const byte Version = 1;
    private const int SaltBytes = 12;
    private const int NonceBytes = 12;
    private const int HeadBytes = 1 + SaltBytes + NonceBytes;

    private readonly byte[] _salting = Derived(key, "heliostat.enc 1 nonce"u8);
    private readonly byte[] _keying = Derived(key, "heliostat.enc 1 key"u8);
    private readonly byte[] _id = Encoding.UTF8.GetBytes(id);

    /// <summary>The header that tells how a part was encrypted.</summary>
    public static byte[] Header(PayloadPart part) =>
        part == PayloadPart.Key ? "heliostat.enc.key"u8.ToArray() : "heliostat.enc.value"u8.ToArray();

    /// <summary>The id of the key in such a header; null where it is no such header.</summary>
    public static string? IdOf(ReadOnlySpan<byte> header) =>
        header.Length > HeadBytes && header[0] == Version ? Encoding.UTF8.GetString(header[HeadBytes..]) : null;

    /// <summary>A part of the records of a partition: of others, equal records are not to be equal bytes.</summary>
    public static byte[] Place(PayloadPart part, string topic, int partition)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        var place = new byte[1 + sizeof(int) + name.Length + sizeof(int)];
        place[0] = (byte)(part == PayloadPart.Key ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(1), name.Length);
        name.CopyTo(place, 1 + sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(place.Length - sizeof(int)), partition);
        return place;
    }

    /// <summary>The bytes that a header for this key takes.</summary>
    public int HeaderBytes => HeadBytes + _id.Length;

    /// <summary>Encrypts.</summary>
    /// <param name="plain">What.</param>
    /// <param name="offset">The record's offset on the source.</param>
    /// <param name="made">Where it is written, over what is there.</param>
    /// <param name="header">Gets the header, of <see cref="HeaderBytes"/>.</param>
    public void Seal(ReadOnlySpan<byte> plain, long offset, ByteBuffer made, Span<byte> header)
    {
        made.Write(place);
        BinaryPrimitives.WriteInt64BigEndian(made.GetSpan(sizeof(long)), offset);
        made.Advance(sizeof(long));
        made.Write(plain);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_salting, made.Written, hash);
        header[0] = Version;
        hash[..(SaltBytes + NonceBytes)].CopyTo(header[1..]);
        _id.CopyTo(header[HeadBytes..]);
        made.Truncate(0);
        var room = made.GetSpan(plain.Length + TagBytes);
        using var aes = Aes(header);
        aes.Encrypt(Nonce(header), plain, room[..plain.Length], room.Slice(plain.Length, TagBytes), header);
        made.Advance(plain.Length + TagBytes);
    }

    /// <summary>Decrypts; false where the bytes do not match their tag.</summary>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> header, ByteBuffer made)
    {
        var length = sealedBytes.Length - TagBytes;
        if (length < 0)
        {
            return false;
        }

        try
        {
            using var aes = Aes(header);
            aes.Decrypt(Nonce(header), sealedBytes[..length], sealedBytes[length..], made.GetSpan(length)[..length], header);
            made.Advance(length);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Derived(Secret key, ReadOnlySpan<byte> use) => HMACSHA256.HashData(Convert.FromBase64String(key.Reveal()), use);

    private static ReadOnlySpan<byte> Nonce(ReadOnlySpan<byte> header) => header.Slice(1 + SaltBytes, NonceBytes);

    private AesGcm Aes(ReadOnlySpan<byte> header)
    {
        Span<byte> key = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_keying, header.Slice(1, SaltBytes), key);
        return new AesGcm(key, TagBytes);
    }
}
