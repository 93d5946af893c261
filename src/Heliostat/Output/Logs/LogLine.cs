using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>A line of the log. The text has one form: time with date and zone, level, whose it is, what.</summary>
internal static class LogLine
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(LoggedEvent happened, LogFormat format) => format switch
    {
        LogFormat.Json => Json(happened),
        LogFormat.Journal =>
            string.Create(CultureInfo.InvariantCulture, $"<{Priority(happened.Level)}>{Text(happened).ReplaceLineEndings(" ")}"),
        _ => Text(happened),
    };

    /// <summary>The word of a level, in JSON and in what is asked for.</summary>
    public static string Word(LogLevel level) => level switch
    {
        LogLevel.Warning => "warn",
        LogLevel.Error or LogLevel.Critical => "error",
        LogLevel.Information => "info",
        _ => "debug",
    };

    private static string Text(LoggedEvent happened) => string.Create(
        CultureInfo.InvariantCulture,
        $"{happened.At:yyyy-MM-dd HH:mm:ss.fffzzz} {Word(happened.Level).ToUpperInvariant(),-5} {happened.Subject}: {happened.Text}");

    private static string Json(LoggedEvent happened)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("ts", happened.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            EventFields.Write(json, happened);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Of syslog(3).</summary>
    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
