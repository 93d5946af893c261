using System.Text.Json;

namespace Heliostat.MirrorClient.Positions;

/// <summary>
/// Reads keys of a connectors' offsets topic leniently: fields in any order, unknown ones ignored. Other connectors' keys are no error
/// there.
/// </summary>
internal static class ConnectorKeyReader
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 16 };

    /// <summary>The connector's name and its object; false for anything else.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> key, out string connector, out JsonElement fields)
    {
        connector = "";
        fields = default;
        try
        {
            using var json = JsonDocument.Parse(key, Depth);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != 2 || root[0].ValueKind != JsonValueKind.String
                || root[1].ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            connector = root[0].GetString()!;
            fields = root[1].Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false; // text that is not UTF-8, or half of a surrogate pair
        }
    }

    public static bool TryText(this JsonElement fields, string name, out string value)
    {
        value = "";
        try
        {
            if (!fields.TryGetProperty(name, out var found) || found.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            value = found.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public static bool TryPartition(this JsonElement fields, out TopicPartition value)
    {
        value = default;
        if (!fields.TryText("topic", out var topic) || !fields.TryGetProperty("partition", out var number)
            || number.ValueKind != JsonValueKind.Number
            || !number.TryGetInt32(out var partition) || partition < 0)
        {
            return false;
        }

        value = new(topic, partition);
        return true;
    }
}
