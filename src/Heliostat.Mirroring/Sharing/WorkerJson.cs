using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Heliostat.Mirroring.Sharing;

/// <summary>What workers say to each other: JSON objects, slots as arrays.</summary>
internal static class WorkerJson
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 8 };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, string name, IEnumerable<int> slots)
    {
        json.WriteStartArray(name);
        foreach (var slot in slots.Order())
        {
            json.WriteNumberValue(slot);
        }

        json.WriteEndArray();
    }

    public static T? Read<T>(ReadOnlyMemory<byte> bytes, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Depth);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    public static IReadOnlySet<int> Slots(JsonElement json, string name) =>
        json.GetProperty(name).EnumerateArray().Select(slot => slot.GetInt32()).ToHashSet();

    public static string Text(int slot) => slot.ToString(CultureInfo.InvariantCulture);

    public static int Slot(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
