using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// What an operator wants of who has what, as a key of the flow's state topic: <c>["drain","host/1"]</c>, a worker that is to have nothing;
/// <c>["place",3]</c> with <c>{"worker":"host/1"}</c>, who is to have a slot; <c>["rebalance"]</c> with the time at which loads were
/// to be levelled.
/// </summary>
/// <param name="Drained">The worker; null in the other two.</param>
/// <param name="Slot">The slot; null in the other two.</param>
internal sealed record SlotWish(string? Drained, int? Slot)
{
    private const string DrainWord = "drain";
    private const string PlaceWord = "place";
    private const string LevelWord = "rebalance";

    /// <summary>Loads are to be levelled.</summary>
    public static SlotWish Levelled { get; } = new(null, null);

    /// <summary>The value of one that has no more to say.</summary>
    public static byte[] Said { get; } = "{}"u8.ToArray();

    /// <summary>Null for a record of another kind.</summary>
    public static SlotWish? Read(ReadOnlySpan<byte> key) =>
        StateJson.Read(key, static json => json.ValueKind == JsonValueKind.Array ? Read(json) : null);

    /// <summary>The worker that a slot is to have; null where it names none.</summary>
    public static string? Worker(ReadOnlySpan<byte> value) => StateJson.Read(value, static json => json.GetProperty("worker").GetString());

    /// <summary>When loads were to be levelled; null where it does not say.</summary>
    public static DateTimeOffset? At(ReadOnlySpan<byte> value) =>
        StateJson.Read<object>(value, static json => json.GetProperty("at").GetDateTimeOffset()) as DateTimeOffset?;

    public static byte[] ValueOf(string worker) => StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("worker", worker);
        json.WriteEndObject();
    });

    public static byte[] ValueOf(DateTimeOffset at) => StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("at", at.UtcDateTime);
        json.WriteEndObject();
    });

    public byte[] Write() => StateJson.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(Drained is not null ? DrainWord : Slot is not null ? PlaceWord : LevelWord);
        if (Drained is not null)
        {
            json.WriteStringValue(Drained);
        }

        if (Slot is { } slot)
        {
            json.WriteNumberValue(slot);
        }

        json.WriteEndArray();
    });

    private static SlotWish? Read(JsonElement json) => (json.GetArrayLength(), json[0].GetString()) switch
    {
        (2, DrainWord) => new SlotWish(json[1].GetString(), null),
        (2, PlaceWord) when json[1].GetInt32() >= 0 => new SlotWish(null, json[1].GetInt32()),
        (1, LevelWord) => Levelled,
        _ => null,
    };
}
