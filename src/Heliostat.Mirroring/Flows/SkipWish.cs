using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// An operator wants a lane that stands still to pass records over, as the flow's state topic has it: <c>["skip","orders",3]</c> and
/// <c>{"asked":ms,"to":4711}</c> or <c>{"asked":ms,"count":1}</c>.
/// Whoever has the lane adds its answer: <c>"from"</c>, <c>"to"</c> and <c>"by"</c>, or <c>"refused"</c>. The last one of each lane stays.
/// </summary>
/// <param name="Lane">The lane, by its source.</param>
/// <param name="AskedAt">When, in milliseconds since 1970.</param>
internal sealed record SkipWish(TopicPartition Lane, long AskedAt)
{
    private const string Word = "skip";

    /// <summary>The next source offset to mirror; null where <see cref="Count"/> says it.</summary>
    public long? To { get; init; }

    /// <summary>So many source offsets from where the lane is.</summary>
    public long? Count { get; init; }

    /// <summary>Only what would be is to be said.</summary>
    public bool IsDry { get; init; }

    /// <summary>Where the lane was; null while there is no answer, or it is refused.</summary>
    public long? From { get; init; }

    /// <summary>Why not.</summary>
    public string? Refusal { get; init; }

    /// <summary>Who answered.</summary>
    public string? By { get; init; }

    public bool IsAnswered => By is not null;

    /// <summary>The lane that a record of the state topic is about; null for one of another kind.</summary>
    public static object? Key(ReadOnlySpan<byte> key) =>
        StateJson.Read<object>(key, static json => json.GetArrayLength() == 3 ? StateJson.Lane(json, Word) : null);

    /// <summary>Null for a record of another kind.</summary>
    public static SkipWish? Read(ReadOnlySpan<byte> key, byte[]? value) =>
        value is not null && Key(key) is TopicPartition lane ? StateJson.Read(value, json => Read(lane, json)) : null;

    public KeyedRecord Write() => new(StateJson.LaneKey(Word, Lane), StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("asked", AskedAt);
        Write(json, "to", To);
        Write(json, "count", Count);
        Write(json, "from", From);
        if (IsDry)
        {
            json.WriteBoolean("dry", true);
        }

        Write(json, "refused", Refusal);
        Write(json, "by", By);
        json.WriteEndObject();
    }));

    private static SkipWish Read(TopicPartition lane, JsonElement json) => new(lane, json.GetProperty("asked").GetInt64())
    {
        To = Number(json, "to"),
        Count = Number(json, "count"),
        IsDry = json.TryGetProperty("dry", out var dry) && dry.GetBoolean(),
        From = Number(json, "from"),
        Refusal = Text(json, "refused"),
        By = Text(json, "by"),
    };

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var number) ? number.GetInt64() : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static void Write(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
