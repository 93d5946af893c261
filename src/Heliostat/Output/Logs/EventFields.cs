using System.Globalization;
using System.Text.Json;

namespace Heliostat.Output.Logs;

/// <summary>What an event has, in JSON: the same in the log and in the API. docs/events.md has the names.</summary>
internal static class EventFields
{
    /// <summary>Those that stand in every event, or have a place of their own.</summary>
    private static readonly HashSet<string> Taken = ["ts", "seq", "level", "event", "id", "msg", "flow", "cause"];

    public static void Write(Utf8JsonWriter json, LoggedEvent happened)
    {
        json.WriteString("level", LogLine.Word(happened.Level));
        json.WriteString("event", happened.Name);
        json.WriteNumber("id", happened.Id);
        json.WriteString("msg", happened.Text);
        if (happened.Subject != LoggedEvent.ForProgram)
        {
            json.WriteString("flow", happened.Subject);
        }

        if (happened.Cause is { } cause)
        {
            json.WriteString("cause", cause);
        }

        foreach (var (name, value) in happened.Properties)
        {
            var key = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
            if (!Taken.Contains(key))
            {
                json.WritePropertyName(key);
                Write(json, value);
            }
        }
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case short number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case DateTimeOffset at:
                json.WriteStringValue(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
