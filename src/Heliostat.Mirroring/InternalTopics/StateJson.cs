using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>
/// Keys and values of a flow's state topic: JSON without spaces, keys are arrays that begin with what the record is about.
/// </summary>
internal static class StateJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 8 };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What <paramref name="read"/> makes of the bytes; null where they are no such JSON.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Depth);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>The key <c>["<paramref name="kind"/>",topic,partition]</c>.</summary>
    public static byte[] LaneKey(string kind, TopicPartition lane) => Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(kind);
        json.WriteStringValue(lane.Topic);
        json.WriteNumberValue(lane.Partition);
        json.WriteEndArray();
    });

    /// <summary>The lane that a key <c>["<paramref name="kind"/>",topic,partition, ..]</c> is about; null for any other.</summary>
    public static TopicPartition? Lane(JsonElement key, string kind) =>
        key.ValueKind == JsonValueKind.Array && key.GetArrayLength() >= 3 && key[0].GetString() == kind
            && key[2].GetInt32() is >= 0 and var partition
            ? new TopicPartition(key[1].GetString()!, partition) : null;
}
