using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>The one form of a line in the log: time with date and zone, level, whose it is, what.</summary>
internal static class LogLine
{
    public static string Of(LoggedEvent happened) => Of(happened.At, happened.Level, happened.Subject, happened.Text);

    public static string Of(DateTimeOffset at, LogLevel level, string subject, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{at:yyyy-MM-dd HH:mm:ss.fffzzz} {Name(level)} {subject}: {text}");

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Warning => "WARN ",
        LogLevel.Error or LogLevel.Critical => "ERROR",
        LogLevel.Information => "INFO ",
        _ => "DEBUG",
    };
}
