using System.CommandLine;
using System.Text.Json;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat events</c>: what happened last in a running mirror, and what happens.</summary>
internal static class EventsCommand
{
    private static readonly Option<bool> Follow = new("--follow", "-f")
    {
        Description = "Go on with what happens, until it is interrupted"
    };
    private static readonly Option<string> Flow = new("--flow") { Description = "Only of this flow", HelpName = "FLOW" };
    private static readonly Option<string> Topic = new("--topic") { Description = "Only of this topic", HelpName = "TOPIC" };
    private static readonly Option<string> Level = new("--level")
    {
        Description = "Only from this level on: debug, info, warn, error",
        HelpName = "LEVEL"
    };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object a line" };

    public static Command Create()
    {
        var command = new Command("events",
            "Show the last events of a running mirror, and with -f those to come.") { Follow, Flow, Topic, Level, Json, ApiCall.Where };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        try
        {
            return await ApiCall.WithMirrorAsync(parsed, call => ShowAsync(parsed, call, ct), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private static async Task<int> ShowAsync(ParseResult parsed, ApiCall call, CancellationToken ct)
    {
        var choice = Choice(("flow", parsed.GetValue(Flow)), ("topic", parsed.GetValue(Topic)), ("level", parsed.GetValue(Level)));
        var isJson = parsed.GetValue(Json);
        if (!parsed.GetValue(Follow))
        {
            var events = await call.GetAsync($"/api/v1/events{choice}", EventsJson.Default.JsonElement, ct);
            foreach (var happened in events.GetProperty("items").EnumerateArray())
            {
                Show(happened, isJson);
            }

            return ExitCode.Success;
        }

        await call.StreamAsync($"/api/v1/events/stream{choice}", line =>
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var happened = JsonDocument.Parse(line["data: ".Length..]);
                Show(happened.RootElement, isJson);
            }
        }, ct);
        Terminal.Error.WriteLine("heliostat: the mirror ended the connection");
        return ExitCode.Failure;
    }

    private static void Show(JsonElement happened, bool isJson) => Console.Out.WriteLine(isJson
        ? happened.GetRawText()
        : $"{happened.GetProperty("ts").GetString()} {happened.GetProperty("level").GetString()!.ToUpperInvariant(),-5} "
            + $"{(happened.TryGetProperty("flow", out var flow) ? flow.GetString() : "heliostat")}: "
            + $"{happened.GetProperty("msg").GetString()}");

    private static string Choice(params (string Name, string? Value)[] given)
    {
        var some = given.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}");
        return string.Join('&', some) is { Length: > 0 } query ? $"?{query}" : "";
    }
}
