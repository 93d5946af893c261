using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// <c>TimestampConverter</c> of Connect, on what its JsonConverter reads: a whole number is a time since the epoch, a text is one by the
/// format; null stays null.
/// </summary>
internal sealed class TimestampConversion(TransformAction.ConvertTimestamp what) : FieldConversion
{
    public override bool Write(in JsonField field, ByteBuffer to)
    {
        if (field.Type == JsonTokenType.Null)
        {
            return false;
        }

        var time = Time(field);
        var made = what.ToText
            ? Quoted(what.Format!.Write(time) ?? throw new JsonEditException("a time is outside of the years 1583 to 9999"))
            : Encoding.UTF8.GetBytes(Unix(time));
        if (field.RawValue.SequenceEqual(made))
        {
            return false;
        }

        to.Write(made);
        return true;
    }

    /// <summary>In milliseconds.</summary>
    private long Time(in JsonField field) => field.Type switch
    {
        JsonTokenType.Number when JavaNumbers.TryWhole(field.RawValue, out var number) => what.Precision switch
        {
            UnixPrecision.Seconds => Times(number, 1000),
            UnixPrecision.Microseconds => number / 1000,
            UnixPrecision.Nanoseconds => number / 1_000_000,
            _ => number,
        },
        JsonTokenType.String when what.Format is null => throw new JsonEditException("a time is a text, and no format is given"),
        JsonTokenType.String when what.Format.TryRead(Encoding.UTF8.GetString(field.Text().Span), out var time) => time,
        JsonTokenType.String => throw new JsonEditException($"a text is no time of the format {what.Format}"),
        _ => throw new JsonEditException("times are whole numbers and texts"),
    };

    private string Unix(long time) => (what.Precision switch
    {
        UnixPrecision.Seconds => time / 1000,
        UnixPrecision.Microseconds => Times(time, 1000),
        UnixPrecision.Nanoseconds => Times(time, 1_000_000),
        _ => time,
    }).ToString(CultureInfo.InvariantCulture);

    /// <summary>The nearest there is, as of <c>TimeUnit</c>.</summary>
    private static long Times(long number, long factor) => (long)Int128.Clamp((Int128)number * factor, long.MinValue, long.MaxValue);

    private static byte[] Quoted(string text) =>
        [.. "\""u8, .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\""u8];
}
