using System.Buffers.Text;

namespace Heliostat.MirrorClient.Positions;

/// <summary>
/// Topic ids as Kafka prints them (<c>org.apache.kafka.common.Uuid</c>): 16 bytes, big-endian, in 22 characters of base64 for URLs.
/// </summary>
internal static class TopicIdText
{
    private const int Bytes = 16;
    private const int Characters = 22;

    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False for anything that is no such text.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out Guid id)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        var isId = text.Length == Characters && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == Bytes;
        id = isId ? new Guid(bytes, bigEndian: true) : Guid.Empty;
        return isId;
    }
}
