using System.Buffers.Text;

namespace Heliostat.Broker.Storage;

/// <summary>Ids as Kafka writes them: URL-safe base64 of the 16 bytes, without padding (Uuid.toString).</summary>
internal static class KafkaUuid
{
    public static string Text(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));
}
