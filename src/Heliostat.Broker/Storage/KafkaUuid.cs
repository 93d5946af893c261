using System.Buffers.Text;

namespace Heliostat.Broker.Storage;

/// <summary>Ids as Kafka writes them: URL-safe base64 of the 16 bytes, without padding (Uuid.toString).</summary>
internal static class KafkaUuid
{
    /// <summary>A made-up id (version 4), which no two topics or clusters share.</summary>
    public static Guid Random(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    public static string Text(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));
}
