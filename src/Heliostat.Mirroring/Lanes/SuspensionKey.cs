using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// What an operator wants to stand still, as a key of the flow's state topic: <c>["pause"]</c> all of the flow, <c>["pause","orders"]</c> a
/// topic, <c>["pause","orders",3]</c> a lane.
/// </summary>
/// <param name="Topic">By its name on the source; null for all.</param>
/// <param name="Partition">Null for all of the topic.</param>
internal sealed record SuspensionKey(string? Topic, int? Partition)
{
    private const string Word = "pause";

    /// <summary>The end of the year 9999: what comes after is no time here.</summary>
    private const long Latest = 253_402_300_799_999;

    /// <summary>The value while it stands still; null says that it goes on.</summary>
    public static byte[] Value { get; } = "{}"u8.ToArray();

    /// <summary>The value while it stands still until a time, in milliseconds since 1970; null for no end.</summary>
    public static byte[] ValueUntil(DateTimeOffset? until) => until is not { } at ? Value : StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("until", at.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    });

    /// <summary>When it goes on by itself; null for never.</summary>
    public static DateTimeOffset? Until(ReadOnlySpan<byte> value) => StateJson.Read<object>(value, static json =>
        json.TryGetProperty("until", out var until) && until.TryGetInt64(out var at) && at is > 0 and <= Latest
            ? (object)DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null) as DateTimeOffset?;

    public static SuspensionKey Of(TopicPartition lane) => new(lane.Topic, lane.Partition);

    /// <summary>For people.</summary>
    public string Told => Topic is null ? "the flow" : Partition is null ? $"topic {Topic}" : $"{Topic}-{Partition}";

    public byte[] Write() => StateJson.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(Word);
        if (Topic is not null)
        {
            json.WriteStringValue(Topic);
        }

        if (Partition is { } partition)
        {
            json.WriteNumberValue(partition);
        }

        json.WriteEndArray();
    });

    /// <summary>Null for a record of another kind.</summary>
    public static SuspensionKey? Read(ReadOnlySpan<byte> key) => StateJson.Read(key, static json =>
        json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is < 1 or > 3 || json[0].GetString() != Word ? null
        : new SuspensionKey(json.GetArrayLength() > 1 ? json[1].GetString() : null, json.GetArrayLength() > 2 ? json[2].GetInt32() : null));
}
