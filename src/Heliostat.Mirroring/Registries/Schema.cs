using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Heliostat.Mirroring.Registries;

/// <summary>A schema as registries have it.</summary>
/// <param name="Type"><c>AVRO</c>, <c>PROTOBUF</c> or <c>JSON</c>.</param>
/// <param name="Text">The schema itself.</param>
/// <param name="References">Those that it names.</param>
internal sealed record Schema(string Type, string Text, IReadOnlyList<SchemaReference> References)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What goes with it, as JSON; null for nothing.</summary>
    public string? Metadata { get; init; }

    /// <summary>Its rules, as JSON; null for none.</summary>
    public string? RuleSet { get; init; }

    /// <summary>Whether both mean the same: white space does not count.</summary>
    public bool IsLike(Schema other) => Type == other.Type && Bare(Text).SequenceEqual(Bare(other.Text));

    /// <exception cref="FormatException">It is none; other odd JSON as <see cref="JsonElement"/> fails.</exception>
    public static Schema Read(JsonElement json)
    {
        List<SchemaReference> references = [];
        if (json.TryGetProperty("references", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            references.AddRange(all.EnumerateArray().Select(one =>
                new SchemaReference(String(one.GetProperty("name")), String(one.GetProperty("subject")),
                    one.GetProperty("version").GetInt32())));
        }

        var type = json.TryGetProperty("schemaType", out var said) && said.GetString() is { Length: > 0 } named ? named : "AVRO";
        return new Schema(type, String(json.GetProperty("schema")), references)
        {
            Metadata = Raw(json, "metadata"),
            RuleSet = Raw(json, "ruleSet")
        };
    }

    /// <summary>A text that is there.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    public static string String(JsonElement json) => json.GetString() ?? throw new FormatException("null is no text");

    /// <summary>The body of a registration, with an id and a version where they are to be kept.</summary>
    public byte[] Write(int? id = null, int? version = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("schema", Text);
            json.WriteString("schemaType", Type);
            if (id is { } kept)
            {
                json.WriteNumber("id", kept);
                json.WriteNumber("version", version!.Value);
            }

            Write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("references");
        foreach (var reference in References)
        {
            json.WriteStartObject();
            json.WriteString("name", reference.Name);
            json.WriteString("subject", reference.Subject);
            json.WriteNumber("version", reference.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Raw(json, "metadata", Metadata);
        Raw(json, "ruleSet", RuleSet);
    }

    private static IEnumerable<char> Bare(string text) => text.Where(letter => !char.IsWhiteSpace(letter));

    private static string? Raw(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.GetRawText() : null;

    private static void Raw(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
    }
}
