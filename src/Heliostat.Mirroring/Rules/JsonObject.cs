using System.Text.Json;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Walks the fields of a JSON object in one pass; what is in them is checked and not taken apart, so that numbers, escapes, order and
/// doubled names stay as they are. <see cref="MoveNext"/> throws <see cref="JsonException"/> on what is no JSON, after the last field too.
/// </summary>
internal ref struct JsonObject
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    private JsonObject(ReadOnlySpan<byte> json, Utf8JsonReader reader)
    {
        _json = json;
        _reader = reader;
    }

    /// <summary>The field that <see cref="MoveNext"/> came to.</summary>
    public JsonField Current { get; private set; }

    /// <summary>Opens bytes that begin as an object; false where they do not.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> json, out JsonObject fields)
    {
        var reader = new Utf8JsonReader(json);
        var opens = json.Length > 0 && reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        fields = new JsonObject(json, reader);
        return opens;
    }

    /// <summary>Whether bytes are an object, and nothing besides.</summary>
    public static bool Is(ReadOnlySpan<byte> json)
    {
        try
        {
            if (!TryOpen(json, out var fields))
            {
                return false;
            }

            while (fields.MoveNext())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The last field of a name, which is the one that counts; false where there is none, or no object.</summary>
    public static bool TryField(NullableSpan json, ReadOnlySpan<byte> name, out JsonField field)
    {
        field = default;
        var found = false;
        try
        {
            if (!TryOpen(json.Span, out var fields))
            {
                return false;
            }

            while (fields.MoveNext())
            {
                if (fields.Current.IsNamed(name))
                {
                    found = true;
                    field = fields.Current;
                }
            }

            return found;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public bool MoveNext()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            // Nothing may follow.
            _reader.Read();
            return false;
        }

        var name = _json[(int)_reader.TokenStartIndex..((int)_reader.TokenStartIndex + _reader.ValueSpan.Length + 2)];
        _reader.Read();
        var (start, type) = ((int)_reader.TokenStartIndex, _reader.TokenType);
        _reader.Skip();
        Current = new JsonField(name, _json[start..(int)_reader.BytesConsumed], type);
        return true;
    }
}
