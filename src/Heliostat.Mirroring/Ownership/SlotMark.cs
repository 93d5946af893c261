using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// What a worker leaves in the state topic when it gives a slot up and nothing of it is under way any more: <c>["slot",3]</c> and the term
/// that ends so. Whoever has the very next term need fence nobody; one after a later term finds no mark of that.
/// </summary>
/// <param name="Slot">Which.</param>
/// <param name="ProducerId">The producer id of its transactional id.</param>
/// <param name="Epoch">The newest epoch that it wrote under.</param>
/// <param name="Worker">Who gave it up, for people.</param>
internal sealed record SlotMark(int Slot, long ProducerId, short Epoch, string Worker)
{
    private const string Word = "slot";

    /// <summary>Nobody can have had a term between this one and that.</summary>
    public bool IsFollowedBy(long producerId, short epoch) => producerId == ProducerId && epoch == Epoch + 1;

    public KeyedRecord Write() => new(
        StateJson.Write(json =>
        {
            json.WriteStartArray();
            json.WriteStringValue(Word);
            json.WriteNumberValue(Slot);
            json.WriteEndArray();
        }),
        StateJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("worker", Worker);
            json.WriteNumber("producer", ProducerId);
            json.WriteNumber("term", Epoch);
            json.WriteBoolean("clean", true);
            json.WriteEndObject();
        }));

    /// <summary>Null for a record of another kind.</summary>
    public static SlotMark? Read(ReadOnlySpan<byte> key, byte[]? value) => StateJson.Read<object>(key, static json =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2 && json[0].GetString() == Word
            ? (object)json[1].GetInt32()
            : null) is int slot && value is not null
        ? StateJson.Read(value, json => json.GetProperty("clean").GetBoolean()
            ? new SlotMark(slot, json.GetProperty("producer").GetInt64(), json.GetProperty("term").GetInt16(),
                json.GetProperty("worker").GetString()!) : null)
        : null;
}
