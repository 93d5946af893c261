using System.CommandLine;
using Heliostat.Api;

namespace Heliostat.Commands;

/// <summary><c>heliostat loggers</c>: the levels of a running mirror's log, and how to change one.</summary>
internal static class LoggersCommand
{
    private static readonly Argument<string?> Name = new("NAME")
    {
        Description = "root, a part such as Heliostat.Client, or a flow: flow:A->B",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Argument<string?> Level = new("LEVEL")
    {
        Description = "TRACE, DEBUG, INFO, WARN, ERROR or OFF",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Option<string> For = new("--for")
    {
        Description = "Falls back by itself after this time: 90s, 10m, 2h",
        HelpName = "TIME"
    };

    public static Command Create()
    {
        var command = new Command("loggers", "Show the levels of a running mirror's log, or set one, for a time if need be.") { Name, Level,
            For, SteerCommand.Reason, ApiCall.Where };
        command.SetAction((parsed, ct) => ApiCall.WithMirrorAsync(parsed, call => RunAsync(parsed, call, ct), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ApiCall call, CancellationToken ct)
    {
        var name = parsed.GetValue(Name);
        if (parsed.GetValue(Level) is { } level)
        {
            await call.SendAsync(
                HttpMethod.Put, $"/admin/loggers/{Uri.EscapeDataString(name!)}",
                [("level", level), ("for", parsed.GetValue(For)), ("reason", parsed.GetValue(SteerCommand.Reason))],
                ApiJson.Plain.StringArray, ct);
        }

        foreach (var (logger, now) in (await call.GetAsync("/admin/loggers", ApiJson.Plain.DictionaryStringLoggerDocument,
            ct)).Where(logger => name is null || logger.Key == name))
        {
            var until = now.Until is { } ms ? $" until {DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "";
            Console.Out.WriteLine($"{logger} {now.Level}{until}");
        }

        return ExitCode.Success;
    }
}
