using System.Text;
using System.Text.Json;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>A field of a JSON object, as its bytes.</summary>
/// <param name="rawName">Its name with the quotes.</param>
/// <param name="rawValue">Its value.</param>
/// <param name="type">What the value begins with.</param>
internal readonly ref struct JsonField(ReadOnlySpan<byte> rawName, ReadOnlySpan<byte> rawValue, JsonTokenType type)
{
    public ReadOnlySpan<byte> RawName { get; } = rawName;

    public ReadOnlySpan<byte> RawValue { get; } = rawValue;

    public JsonTokenType Type { get; } = type;

    /// <summary>Whether it is called so.</summary>
    public bool IsNamed(ReadOnlySpan<byte> name) =>
        RawName.Contains((byte)'\\')
            ? Unescaped(RawName) is { } text && text.AsSpan().SequenceEqual(name)
            : RawName[1..^1].SequenceEqual(name);

    /// <summary>
    /// The text of a string, without quotes and escapes, which stay where they are no characters; of anything else its bytes; null for
    /// null.
    /// </summary>
    public NullableSpan Text() =>
        Type == JsonTokenType.Null ? NullableSpan.Null
        : Type != JsonTokenType.String ? RawValue
        : RawValue.Contains((byte)'\\') && Unescaped(RawValue) is { } text ? text
        : RawValue[1..^1];

    /// <summary>Null for what is JSON and no text: half of a surrogate pair (<c>\ud800</c>), or bytes that are no UTF-8.</summary>
    private static byte[]? Unescaped(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        try
        {
            return Encoding.UTF8.GetBytes(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
