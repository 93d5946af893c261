using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// The settings of Connect's transforms that give fields other types: <c>Cast</c> and <c>TimestampConverter</c> of 4.3.1.
/// </summary>
internal static class TypeConversions
{
    /// <summary>What is about schemas: a null stays one, as there is no default.</summary>
    private const string NullDefault = "replace.null.with.default";

    private static readonly string[] TimestampTypes = ["Date", "Time", "Timestamp"];

    public static TransformAction.Cast? Cast(StepValues values, PayloadPart part)
    {
        values.Find(NullDefault);
        return values.Entries("spec").Count == 0 ? null : values.Read("spec", text => Spec(text, part));
    }

    public static TransformAction.ConvertTimestamp? Timestamp(StepValues values, PayloadPart part)
    {
        values.Find(NullDefault);
        var (type, written) = (values.Text("target.type").Trim(), values.Find("format"));
        var format = string.IsNullOrWhiteSpace(written) ? null : values.Read("format", JavaDateFormat.Parse);
        var precision = Precision(values);
        if (TimestampTypes.Contains(type))
        {
            values.Wrong("target.type",
                $"'{type}' makes a date of Java, which no JSON holds: Connect's JsonConverter fails on each; use string or unix");
            return null;
        }

        if (type is not ("string" or "unix"))
        {
            values.Wrong("target.type", $"'{type}' is not one of string, unix");
            return null;
        }

        if (type == "string" && string.IsNullOrWhiteSpace(written))
        {
            values.Wrong("format",
                "is missing, and texts are asked for: a pattern of Java's SimpleDateFormat, such as yyyy-MM-dd HH:mm:ss");
            return null;
        }

        return new TransformAction.ConvertTimestamp(part, values.Find("field")?.Trim() is { Length: > 0 } field ? field : null,
            type == "string", format, precision);
    }

    private static TransformAction.Cast Spec(string text, PayloadPart part)
    {
        Dictionary<string, CastType> fields = new(StringComparer.Ordinal);
        CastType? whole = null;
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var entry in entries)
        {
            switch (entry.Split(':', StringSplitOptions.TrimEntries))
            {
                case [var type]:
                    whole = Type(type);
                    break;
                case [var field, var type]:
                    fields[field] = Type(type);
                    break;
                default:
                    throw new FormatException($"has '{entry}' where FIELD:TYPE is to be");
            }
        }

        return whole is null || entries.Length == 1 ? new TransformAction.Cast(part, fields, whole)
            : throw new FormatException("casts the whole and besides something else: a type without a field stands alone");
    }

    private static CastType Type(string text) => text.ToUpperInvariant() switch
    {
        "INT8" => CastType.Int8,
        "INT16" => CastType.Int16,
        "INT32" => CastType.Int32,
        "INT64" => CastType.Int64,
        "FLOAT32" => CastType.Float32,
        "FLOAT64" => CastType.Float64,
        "BOOLEAN" => CastType.Boolean,
        "STRING" => CastType.String,
        _ => throw new FormatException(
            $"has the type '{text}', which is not one of int8, int16, int32, int64, float32, float64, boolean, string"),
    };

    private static UnixPrecision Precision(StepValues values)
    {
        switch (values.Find("unix.precision")?.Trim())
        {
            case null or "milliseconds":
                return UnixPrecision.Milliseconds;
            case "seconds":
                return UnixPrecision.Seconds;
            case "microseconds":
                return UnixPrecision.Microseconds;
            case "nanoseconds":
                return UnixPrecision.Nanoseconds;
            case var other:
                values.Wrong("unix.precision", $"'{other}' is not one of seconds, milliseconds, microseconds, nanoseconds");
                return UnixPrecision.Milliseconds;
        }
    }
}
