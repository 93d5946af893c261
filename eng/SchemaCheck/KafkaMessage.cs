using System.Globalization;
using System.Text.Json;
using Heliostat.Protocol.Wire;

namespace SchemaCheck;

/// <summary>
/// One of Kafka's message definitions, seen as the fields of a version (the README beside them in Kafka's sources says what the keys mean).
/// </summary>
public sealed class KafkaMessage
{
    private readonly JsonElement _definition;
    private readonly Dictionary<string, JsonElement> _common = [];

    public KafkaMessage(JsonElement definition)
    {
        _definition = definition;
        if (definition.TryGetProperty("commonStructs", out var structs))
        {
            foreach (var common in structs.EnumerateArray())
            {
                _common.Add(common.GetProperty("name").GetString()!, common.GetProperty("fields"));
            }
        }
    }

    public int? ApiKey => _definition.TryGetProperty("apiKey", out var key) ? key.GetInt32() : null;

    /// <summary>The versions that are served; the newest is left out while it is marked unstable.</summary>
    public Versions ValidVersions
    {
        get
        {
            var valid = Versions.Of(_definition, "validVersions");
            var unstable = _definition.TryGetProperty("latestVersionUnstable", out var flag) && flag.GetBoolean();
            return unstable ? valid with { High = valid.High - 1 } : valid;
        }
    }

    public Versions FlexibleVersions => Versions.Of(_definition, "flexibleVersions");

    /// <summary>The fields of <paramref name="version"/> in wire order: tagged ones last, by tag.</summary>
    public IReadOnlyList<WireField> Fields(int version) => Fields(_definition.GetProperty("fields"), version);

    private List<WireField> Fields(JsonElement fields, int version) =>
        [.. fields.EnumerateArray()
            .Where(field => Versions.Of(field, "versions").Contains(version))
            .Select(field => Field(field, version))
            .OrderBy(field => field.Tag ?? -1)];

    private WireField Field(JsonElement field, int version)
    {
        var name = field.GetProperty("name").GetString()!;
        var type = field.GetProperty("type").GetString()!;
        var tagged = Versions.Of(field, "taggedVersions").Contains(version);
        var inner = field.TryGetProperty("fields", out var own)
            || _common.TryGetValue(type.Replace("[]", "", StringComparison.Ordinal), out own)
            ? Fields(own, version)
            : [];
        var legacy = type == "string" && field.TryGetProperty("flexibleVersions", out var flexible) && flexible.GetString() == "none";
        return new WireField(
            char.ToUpperInvariant(name[0]) + name[1..],
            legacy ? "legacy string" : type,
            Versions.Of(field, "nullableVersions").Contains(version),
            tagged ? field.GetProperty("tag").GetInt32() : null,
            Default(field, type),
            inner);
    }

    private static string Default(JsonElement field, string type)
    {
        var text = field.TryGetProperty("default", out var value) ? value.ToString() : "";
        if (text == "null")
        {
            return text;
        }

        return type switch
        {
            ['[', ..] => "[]",
            "bool" => text.Length == 0 ? "false" : text.ToLowerInvariant(),
            "int8" or "int16" or "int32" or "int64" => Number(text),
            "float64" => text.Length == 0 ? "0" : double.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
            "uuid" => Guid.Empty.ToString(),
            "string" => text,
            "bytes" or "records" => "",
            _ => "{}",
        };
    }

    private static string Number(string text) => text switch
    {
        "" => "0",
        ['0', 'x', ..] => Convert.ToInt64(text, 16).ToString(CultureInfo.InvariantCulture),
        _ => text,
    };
}
