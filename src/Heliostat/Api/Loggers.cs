using System.Text.Json;
using Heliostat.Output.Logs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliostat.Api;

/// <summary><c>/admin/loggers</c>, as Kafka Connect has it (KIP-495); a level may be for a time, and of one flow.</summary>
internal sealed class Loggers(LogLevels levels, Desk desk)
{
    /// <summary>The parts of the program that log.</summary>
    private static readonly string[] Parts = ["Heliostat.Client", "Heliostat.Mirroring", "Heliostat.MirrorClient", LogLevels.Root];

    public IEnumerable<Route> All()
    {
        yield return new Route("GET", "/admin/loggers", Role.View,
            "Levels of the log, by the part of the program; Kafka's own names are taken for ours.", call =>
                call.JsonAsync(Names().Order(StringComparer.Ordinal).ToDictionary(name => name, Of),
                    ApiJson.Plain.DictionaryStringLoggerDocument))
        { Gives = ApiJson.Default.DictionaryStringLoggerDocument };
        yield return new Route("GET", "/admin/loggers/{logger}", Role.View, "The level of one logger.", call =>
            call.JsonAsync(Known(call["logger"]) is { } name
                ? Of(name)
                : throw new Refusal(StatusCodes.Status404NotFound, $"Logger {call["logger"]} not found."), ApiJson.Plain.LoggerDocument))
        { Gives = ApiJson.Default.LoggerDocument };
        yield return new Route("PUT", "/admin/loggers/{logger}", Role.Operate, "Sets a level; <code>flow:A->B</code> is a flow's own.",
            SetAsync)
        {
            Body = [("level", "TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF."),
                ("for", "Falls back by itself after this time: 90s, 10m, 2h.")],
            Query = [("scope", "cluster: answers 204 without a body.")],
        };
    }

    /// <summary>A level by log4j's word or ours; null for none.</summary>
    public static LogLevel? Parse(string word) => word.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFO" => LogLevel.Information,
        "WARN" or "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" => LogLevel.Critical,
        "OFF" => LogLevel.None,
        _ => null,
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        _ => "OFF",
    };

    private async Task SetAsync(Call call)
    {
        var body = await call.BodyAsync();
        if (body.TryGetProperty("level", out var given) is false || given.ValueKind == JsonValueKind.Null)
        {
            throw new Refusal(StatusCodes.Status400BadRequest, "Desired 'level' parameter was not specified in request.");
        }

        var word = Call.Text(body, "level")!;
        var level = Parse(word) ?? throw new Refusal(StatusCodes.Status404NotFound, $"invalid log level '{word}'.");
        var name = LogLevels.OwnName(call["logger"]);
        var lasts = Wishes.Lasting(Call.Text(body, "for"));
        // Told before: who switches the log off is in it.
        desk.Tell("log level", $"{name} {Word(level)}{(lasts is { } time ? $" for {time}" : "")}", Call.Text(body, "reason"), call.Caller);
        levels.Set(name, level, lasts);
        if (call.Query("scope") == "cluster")
        {
            call.Empty(StatusCodes.Status204NoContent);
            return;
        }

        await call.JsonAsync([call["logger"]], ApiJson.Plain.StringArray);
    }

    private IEnumerable<string> Names() => Parts.Union(levels.All.Keys);

    private string? Known(string asked) => LogLevels.OwnName(asked) is var own && Names().Contains(own) ? own : null;

    private LoggerDocument Of(string name)
    {
        var known = levels.All;
        var level = known.GetValueOrDefault(name) ?? known[LogLevels.Root];
        return new LoggerDocument(Word(level.Level), level.Since?.ToUnixTimeMilliseconds())
        {
            Until = level.Until?.ToUnixTimeMilliseconds()
        };
    }
}
