using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Topics;

/// <summary>Claims and the marks of those who claim, as a flow's state topic holds them (docs/formats.md).</summary>
internal static class ClaimRecord
{
    private const string Claim = "claim";
    private const string Claimant = "claimant";

    public static KeyedRecord Of(TopicClaim claim) => new(Key(Claim, claim.Topic, claim.By), StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("from", claim.From);
        json.WriteString("to", claim.To);
        json.WriteString("as", claim.Remote);
        if (claim.IsHeld)
        {
            json.WriteBoolean("held", true);
        }

        json.WriteEndObject();
    }));

    /// <summary>The claim is given up, or is one no more.</summary>
    public static KeyedRecord Gone(TopicClaim claim) => new(Key(Claim, claim.Topic, claim.By), null);

    /// <summary>Who claims is still there: another number each time.</summary>
    public static KeyedRecord Mark(string by, int beat) => new(Key(Claimant, by), StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("beat", beat);
        json.WriteEndObject();
    }));

    /// <summary>False for a record of another kind, or one that nobody of us wrote; of a mark <paramref name="topic"/> is null.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out string? topic, out string by)
    {
        (topic, by) = StateJson.Read(key, static json => json.EnumerateArray().Select(part => part.GetString()).ToArray()) switch
        {
            [Claim, { } claimed, { } who, ..] => (claimed, who),
            [Claimant, { } who, ..] => ((string?)null, who),
            _ => (null, ""),
        };
        return by.Length > 0;
    }

    /// <summary>Null where it is none.</summary>
    public static TopicClaim? Read(string topic, string by, ReadOnlySpan<byte> value) => StateJson.Read(value, json =>
        json.GetProperty("from").GetString() is { } from && json.GetProperty("to").GetString() is { } to && json.GetProperty("as").GetString() is { } remote
            ? new TopicClaim(topic, by, from, to, remote) { IsHeld = json.TryGetProperty("held", out var held) && held.ValueKind == JsonValueKind.True } : null);

    private static byte[] Key(params string[] parts) => StateJson.Write(json =>
    {
        json.WriteStartArray();
        Array.ForEach(parts, json.WriteStringValue);
        json.WriteEndArray();
    });
}
