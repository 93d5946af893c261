using System.Text;
using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Quotas;

/// <summary>Whom a quota is about, and what it limits (KIP-546).</summary>
/// <param name="Entity">
/// The parts by type, as JSON, so that two that are alike are one: <c>[["client-id",null],["user","alice"]]</c>; null is the default.
/// </param>
/// <param name="Key">Such as <c>producer_byte_rate</c>.</param>
internal readonly record struct QuotaPlace(string Entity, string Key)
{
    private const string Word = "quota";

    public static QuotaPlace Of(IEnumerable<EntityData> entity, string key) => new(
        Encoding.UTF8.GetString(StateJson.Write(json =>
        {
            json.WriteStartArray();
            foreach (var part in entity.OrderBy(part => part.EntityType, StringComparer.Ordinal))
            {
                json.WriteStartArray();
                json.WriteStringValue(part.EntityType);
                json.WriteStringValue(part.EntityName);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        })),
        key);

    /// <summary>As Kafka's requests have it.</summary>
    public List<EntityData> Parts()
    {
        using var document = JsonDocument.Parse(Entity);
        return [.. document.RootElement.EnumerateArray()
            .Select(part => new EntityData { EntityType = part[0].GetString()!, EntityName = part[1].GetString() })];
    }

    /// <summary>For people: <c>client-id by default, user 'alice'</c>.</summary>
    public string Whom() =>
        string.Join(", ", Parts().Select(part => $"{part.EntityType} {(part.EntityName is { } name ? $"'{name}'" : "by default")}"));

    /// <summary>The key in the state topic: <c>["quota","producer_byte_rate",[["user","alice"]]]</c>.</summary>
    public byte[] Write()
    {
        var (entity, key) = this;
        return StateJson.Write(json =>
        {
            json.WriteStartArray();
            json.WriteStringValue(Word);
            json.WriteStringValue(key);
            json.WriteRawValue(entity);
            json.WriteEndArray();
        });
    }

    /// <summary>Null for a record of another kind, or one that nobody of us wrote.</summary>
    public static QuotaPlace? Read(ReadOnlySpan<byte> key) => StateJson.Read(key, json =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 3 && json[0].GetString() == Word
            ? new Box(Of(json[2].EnumerateArray()
                .Select(part => new EntityData { EntityType = part[0].GetString()!, EntityName = part[1].GetString() }),
                json[1].GetString()!))
            : null)?.Place;

    private sealed record Box(QuotaPlace Place);
}
