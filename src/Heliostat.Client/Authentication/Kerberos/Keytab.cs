using System.Buffers.Binary;
using System.Text;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>
/// Whose keys a keytab holds (MIT's format 0x502). The library says the same of a missing file and of a missing principal, so that both are
/// looked for here.
/// </summary>
internal static class Keytab
{
    private const ushort Version = 0x0502;

    /// <summary>
    /// The principals, <c>name/host@REALM</c>, without repetitions. Throws <see cref="InvalidDataException"/> for bytes that are no keytab.
    /// </summary>
    public static IReadOnlyList<string> Principals(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(bytes) != Version)
        {
            throw new InvalidDataException("not a keytab of version 0x502");
        }

        List<string> principals = [];
        var rest = bytes[2..];
        while (rest.Length >= sizeof(int))
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(rest);
            rest = rest[sizeof(int)..];
            if (size == 0)
            {
                break;
            }

            // A negative size is a hole where an entry was deleted.
            var length = size == int.MinValue ? int.MaxValue : Math.Abs(size);
            if (length > rest.Length)
            {
                throw new InvalidDataException("the keytab is cut off");
            }

            if (size > 0 && Principal(rest[..length]) is var principal && !principals.Contains(principal, StringComparer.Ordinal))
            {
                principals.Add(principal);
            }

            rest = rest[length..];
        }

        return principals;
    }

    /// <summary>Whether <paramref name="principal"/>, perhaps without a realm, is one of them.</summary>
    public static bool Holds(IReadOnlyList<string> principals, string principal) => principal.Contains('@', StringComparison.Ordinal)
        ? principals.Contains(principal, StringComparer.Ordinal)
        : principals.Any(held => held.StartsWith(principal + "@", StringComparison.Ordinal));

    /// <summary>
    /// Throws <see cref="SaslException"/> when the keytab of <paramref name="options"/> is missing or has no key of the principal.
    /// </summary>
    public static void Check(GssapiOptions options)
    {
        if (options.KeyTab is not { } path)
        {
            return;
        }

        var principals = Read(path);
        if (options.Principal is { } principal && !Holds(principals, principal))
        {
            throw new SaslException(SaslFailure.NoCredential,
                $"the keytab {path} holds no key of {principal}; it has {string.Join(", ", principals.Take(5))}");
        }
    }

    private static IReadOnlyList<string> Read(string path)
    {
        try
        {
            return Principals(File.ReadAllBytes(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SaslException(SaslFailure.NoCredential, $"there is no keytab {path}", missing);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SaslException(SaslFailure.NoCredential, $"the keytab {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static string Principal(ReadOnlySpan<byte> entry)
    {
        var rest = entry;
        var components = Count(ref rest);
        var realm = Text(ref rest);
        var names = new string[components];
        for (var i = 0; i < components; i++)
        {
            names[i] = Text(ref rest);
        }

        return $"{string.Join("/", names)}@{realm}";
    }

    private static int Count(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(ushort))
        {
            throw new InvalidDataException("an entry of the keytab is cut off");
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(rest);
        rest = rest[sizeof(ushort)..];
        return count <= rest.Length ? count : throw new InvalidDataException("an entry of the keytab is cut off");
    }

    private static string Text(ref ReadOnlySpan<byte> rest)
    {
        var length = Count(ref rest);
        var text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }
}
