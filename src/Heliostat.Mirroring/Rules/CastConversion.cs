using System.Globalization;
using System.Text;
using System.Text.Json;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// <c>Cast</c> of Connect, as it casts what its JsonConverter reads: whole numbers of 64 bits, others of double precision, texts, booleans;
/// null stays null.
/// </summary>
internal sealed class CastConversion(CastType type) : FieldConversion
{
    public override bool Write(in JsonField field, ByteBuffer to)
    {
        if (field.Type == JsonTokenType.Null || (field.Type == JsonTokenType.String && type == CastType.String))
        {
            return false;
        }

        var made = Made(field);
        if (field.RawValue.SequenceEqual(made))
        {
            return false;
        }

        to.Write(made);
        return true;
    }

    private byte[] Made(in JsonField field) => field.Type switch
    {
        JsonTokenType.True => OfBoolean(true),
        JsonTokenType.False => OfBoolean(false),
        JsonTokenType.String => OfText(Encoding.UTF8.GetString(field.Text().Span)),
        JsonTokenType.Number when JavaNumbers.TryWhole(field.RawValue, out var number) => OfWhole(number),
        JsonTokenType.Number => OfDouble(JavaNumbers.Double(field.RawValue)),
        _ => throw new JsonEditException("objects and arrays cannot be cast"),
    };

    private byte[] OfBoolean(bool value) => type switch
    {
        CastType.Boolean => Bytes(value ? "true" : "false"),
        CastType.String => Bytes(value ? "\"true\"" : "\"false\""),
        _ => OfWhole(value ? 1 : 0),
    };

    private byte[] OfWhole(long number) => type switch
    {
        CastType.Int8 => Whole((sbyte)number),
        CastType.Int16 => Whole((short)number),
        CastType.Int32 => Whole((int)number),
        CastType.Int64 => Whole(number),
        CastType.Float32 => Float(number),
        CastType.Float64 => Double(number),
        CastType.Boolean => Bytes(number != 0 ? "true" : "false"),
        _ => Bytes($"\"{number.ToString(CultureInfo.InvariantCulture)}\""),
    };

    /// <summary>As Java narrows it: to the nearest number of 32 bits, of which a smaller type takes the lowest.</summary>
    private byte[] OfDouble(double number) => type switch
    {
        CastType.Int8 => Whole((sbyte)(int)number),
        CastType.Int16 => Whole((short)(int)number),
        CastType.Int32 => Whole((int)number),
        CastType.Int64 => Whole((long)number),
        CastType.Float32 => Float((float)number),
        CastType.Float64 => Double(number),
        CastType.Boolean => Bytes((long)number != 0 ? "true" : "false"),
        _ => Bytes($"\"{JavaNumbers.Text(number)}\""),
    };

    private byte[] OfText(string text) => type switch
    {
        CastType.Int8 => InRange(text, sbyte.MinValue, sbyte.MaxValue),
        CastType.Int16 => InRange(text, short.MinValue, short.MaxValue),
        CastType.Int32 => InRange(text, int.MinValue, int.MaxValue),
        CastType.Int64 => InRange(text, long.MinValue, long.MaxValue),
        CastType.Float32 => JavaNumbers.TryDouble(text, out _, out var single) ? Float(single) : throw NoNumber(),
        CastType.Float64 => JavaNumbers.TryDouble(text, out var number, out _) ? Double(number) : throw NoNumber(),
        _ => Bytes(text.Equals("true", StringComparison.OrdinalIgnoreCase) ? "true" : "false"),
    };

    private static byte[] InRange(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most ? Whole(number) : throw NoNumber();

    private static JsonEditException NoNumber() => new("a text is no number of the type that it is cast to");

    private static byte[] Whole(long number) => Bytes(number.ToString(CultureInfo.InvariantCulture));

    private static byte[] Float(float number) => Finite(float.IsFinite(number), JavaNumbers.Text(number));

    private static byte[] Double(double number) => Finite(double.IsFinite(number), JavaNumbers.Text(number));

    /// <summary>What is no number in JSON is a text there, as Jackson writes it.</summary>
    private static byte[] Finite(bool isFinite, string text) => Bytes(isFinite ? text : $"\"{text}\"");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
