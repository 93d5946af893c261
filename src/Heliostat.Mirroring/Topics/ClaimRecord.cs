using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Topics;

/// <summary>Claims and the marks of those who claim, as a flow's state topic holds them (docs/formats.md).</summary>
internal static class ClaimRecord
{
    private const string Claim = "claim";
    private const string Claimant = "claimant";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static KeyedRecord Of(TopicClaim claim) => new(Key(Claim, claim.Topic, claim.By), Written(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("from", claim.From);
        writer.WriteString("to", claim.To);
        writer.WriteString("as", claim.Remote);
        if (claim.IsHeld)
        {
            writer.WriteBoolean("held", true);
        }

        writer.WriteEndObject();
    }));

    /// <summary>The claim is given up, or is one no more.</summary>
    public static KeyedRecord Gone(TopicClaim claim) => new(Key(Claim, claim.Topic, claim.By), null);

    /// <summary>Who claims is still there: another number each time.</summary>
    public static KeyedRecord Mark(string by, int beat) => new(Key(Claimant, by), Written(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("beat", beat);
        writer.WriteEndObject();
    }));

    /// <summary>False for a record of another kind, or one that nobody of us wrote; of a mark <paramref name="topic"/> is null.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out string? topic, out string by)
    {
        (topic, by) = (null, "");
        try
        {
            var reader = new Utf8JsonReader(key);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray || Text(ref reader) is not { } kind || kind is not (Claim or Claimant)
                || (kind == Claim && (topic = Text(ref reader)) is null) || Text(ref reader) is not { } who)
            {
                return false;
            }

            by = who;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Null where it is none.</summary>
    public static TopicClaim? Read(string topic, string by, ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value);
            using var read = JsonDocument.ParseValue(ref reader);
            return Text(read.RootElement, "from") is { } from && Text(read.RootElement, "to") is { } to && Text(read.RootElement, "as") is { } remote
                ? new TopicClaim(topic, by, from, to, remote) { IsHeld = read.RootElement.TryGetProperty("held", out var held) && held.ValueKind == JsonValueKind.True } : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Text(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    private static byte[] Key(params ReadOnlySpan<string> parts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Plain);
        writer.WriteStartArray();
        foreach (var part in parts)
        {
            writer.WriteStringValue(part);
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Plain);
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
