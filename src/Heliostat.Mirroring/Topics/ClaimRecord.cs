using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Claims, the marks of those who claim, and where topics come from, as a flow's state topic holds them (docs/formats.md).
/// </summary>
internal static class ClaimRecord
{
    private const string Claim = "claim";
    private const string Claimant = "claimant";
    private const string Origin = "origin";
    private const string Offsets = "offsets";
    private const string Equal = "equal";

    public static KeyedRecord Of(TopicClaim claim) => new(KeyOf(claim), StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("to", claim.To);
        json.WriteString(claim.By is null ? "of" : "as", claim.By is null ? claim.Topic : claim.Remote);
        if (claim.KeepsOffsets)
        {
            json.WriteString(Offsets, Equal);
        }

        json.WriteStartArray("ways");
        foreach (var way in claim.Ways)
        {
            Write(json, way);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }));

    /// <summary>The claim is given up, or is one no more.</summary>
    public static KeyedRecord Gone(TopicClaim claim) => new(KeyOf(claim), null);

    /// <summary>Who claims is still there: another number each time.</summary>
    public static KeyedRecord Mark(string by, int beat) => new(Key(Claimant, by), StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("beat", beat);
        json.WriteEndObject();
    }));

    /// <summary>Who claimed does not any more.</summary>
    public static KeyedRecord NoMark(string by) => new(Key(Claimant, by), null);

    /// <summary>
    /// False for a record of another kind, or one that nobody of us wrote. Of a claim both are told, of a mark
    /// <paramref name="by"/>, of where a topic of the target comes from <paramref name="topic"/>.
    /// </summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out string? topic, out string? by)
    {
        (topic, by) = StateJson.Read(key, static json => json.EnumerateArray().Select(part => part.GetString()).ToArray()) switch
        {
            [Claim, { } claimed, { } who, ..] => (claimed, who),
            [Claimant, { } who, ..] => (null, who),
            [Origin, { } remote, ..] => (remote, null),
            _ => ((string?)null, (string?)null),
        };
        return topic is not null || by is not null;
    }

    /// <summary>Null where it is none.</summary>
    public static TopicClaim? Read(string topic, string? by, ReadOnlySpan<byte> value) => StateJson.Read(value, json =>
    {
        var other = json.GetProperty(by is null ? "of" : "as").GetString();
        TopicWay[] ways =
            [.. json.GetProperty("ways").EnumerateArray().Take(TopicWay.MostWays).Select(Read).Where(way => way.Hops.Count > 0)];
        return other is null || ways.Length == 0 || json.GetProperty("to").GetString() is not { } to ? null
            : new TopicClaim(by is null ? other : topic, by, to, by is null ? topic : other)
            {
                Ways = ways,
                KeepsOffsets = json.TryGetProperty(Offsets, out var offsets) && offsets.ValueEquals(Equal),
            };
    });

    private static TopicWay Read(JsonElement way) => new(
    [
        .. from hop in way.EnumerateArray().Take(TopicWay.MostHops)
           let parts = hop.EnumerateArray().Select(part => part.GetString() ?? "").ToArray()
           where parts is [{ Length: > 0 }, { Length: > 0 }, ..]
           select new TopicHop(parts[0], parts[1], IsHeld: parts.Length == 2),
    ]);

    private static void Write(Utf8JsonWriter json, TopicWay way)
    {
        json.WriteStartArray();
        foreach (var hop in way.Hops)
        {
            json.WriteStartArray();
            json.WriteStringValue(hop.Cluster);
            json.WriteStringValue(hop.Topic);
            if (!hop.IsHeld)
            {
                json.WriteStringValue(Claim);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static byte[] KeyOf(TopicClaim claim) => claim.By is { } by ? Key(Claim, claim.Topic, by) : Key(Origin, claim.Remote);

    private static byte[] Key(params string[] parts) => StateJson.Write(json =>
    {
        json.WriteStartArray();
        Array.ForEach(parts, json.WriteStringValue);
        json.WriteEndArray();
    });
}
