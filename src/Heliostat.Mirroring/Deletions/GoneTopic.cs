using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Deletions;

/// <summary>
/// A mirrored topic that is gone from the source, as the state topic keeps it: <c>["gone","orders"]</c>,
/// <c>{"mirror":"A.orders","since":"2026-11-01T00:00:00Z"}</c>, with <c>"deleted"</c> once its mirror is.
/// </summary>
/// <param name="Topic">Its name on the source.</param>
/// <param name="Mirror">Its name on the target.</param>
/// <param name="Since">When it was first seen to be gone.</param>
internal sealed record GoneTopic(string Topic, string Mirror, DateTimeOffset Since)
{
    private const string Word = "gone";

    /// <summary>When its mirror was deleted; null while that is to come.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    public static byte[] Key(string topic) => StateJson.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(Word);
        json.WriteStringValue(topic);
        json.WriteEndArray();
    });

    /// <summary>The topic that a key is about; null for a record of another kind.</summary>
    public static string? TopicOf(ReadOnlySpan<byte> key) => StateJson.Read(key, json =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2 && json[0].GetString() == Word ? json[1].GetString() : null);

    /// <summary>Null for a value that nobody of us wrote.</summary>
    public static GoneTopic? Read(string topic, ReadOnlySpan<byte> value) => StateJson.Read(value, json =>
        new GoneTopic(topic, json.GetProperty("mirror").GetString()!, json.GetProperty("since").GetDateTimeOffset())
        {
            DeletedAt = json.TryGetProperty("deleted", out var at) ? at.GetDateTimeOffset() : null,
        });

    /// <summary>What the state topic is to hold.</summary>
    public KeyedRecord Record() => new(Key(Topic), StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("mirror", Mirror);
        json.WriteString("since", Since.UtcDateTime);
        if (DeletedAt is { } at)
        {
            json.WriteString("deleted", at.UtcDateTime);
        }

        json.WriteEndObject();
    }));
}
