using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>
/// A copied rule as the flow's state topic holds it (docs/formats.md): the rule is the key, and the value says no more than that it is
/// there.
/// </summary>
internal static class AclLedgerRecord
{
    private const string Kind = "acl";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Value { get; } = "{}"u8.ToArray();

    /// <summary>
    /// <c>["acl","A.orders",3,"User:alice","*",3,3]</c>: topic, pattern, principal, host, operation, permission with Kafka's numbers.
    /// </summary>
    public static byte[] Key(TopicAcl acl)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Plain);
        writer.WriteStartArray();
        writer.WriteStringValue(Kind);
        writer.WriteStringValue(acl.Topic);
        writer.WriteNumberValue((sbyte)acl.Pattern);
        writer.WriteStringValue(acl.Principal);
        writer.WriteStringValue(acl.Host);
        writer.WriteNumberValue((sbyte)acl.Operation);
        writer.WriteNumberValue((sbyte)acl.Permission);
        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>False for a record of another kind, or one that nobody of us wrote.</summary>
    public static bool TryRead(ReadOnlySpan<byte> key, [NotNullWhen(true)] out TopicAcl? acl)
    {
        acl = null;
        try
        {
            var reader = new Utf8JsonReader(key);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray || Text(ref reader) != Kind
                || Text(ref reader) is not { } topic || Number(ref reader) is not { } pattern || Text(ref reader) is not { } principal
                || Text(ref reader) is not { } host
                || Number(ref reader) is not { } operation || Number(ref reader) is not { } permission || !reader.Read()
                || reader.TokenType != JsonTokenType.EndArray)
            {
                return false;
            }

            acl = new TopicAcl(topic, (PatternType)pattern, principal, host, (AclOperation)operation, (AclPermission)permission);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    private static sbyte? Number(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetSByte(out var number) ? number : null;
}
