using System.CommandLine;
using System.CommandLine.Parsing;
using Heliostat.Api;
using Heliostat.Mirroring.Lanes;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat pause</c> and <c>restart</c>, and <c>resume</c> of what was paused: asked of the running mirror.</summary>
internal static class SteerCommand
{
    public static readonly Option<string> Reason = new("--reason") { Description = "Why: kept with the event", HelpName = "TEXT" };

    public static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done, and do nothing" };

    private static readonly Argument<string> What = new("WHAT")
    {
        Description =
            "FLOW[/TOPIC[/PARTITION]], such as 'A->B/orders/3'; A..B stands for A->B. For pause also a properties file: from any machine, "
                + "also of a mirror that does not run"
    };

    private static readonly Argument<string> Rate = new("RATE")
    {
        Description = "Bytes a second, such as 500K, 50M or 1G; off: as much as it can",
        Validators = { CheckRate }
    };

    public static readonly Option<string> For = new("--for")
    {
        Description = "Undone by itself after this time: 90s, 10m, 2h, 1d",
        HelpName = "TIME",
        Validators = { CheckTime }
    };

    public static Command CreatePause()
    {
        var command = Create("pause",
            "Let a flow, a topic or a partition of a running mirror stand still, until it is resumed or for a time.");
        command.Options.Add(For);
        foreach (var option in (Option[])[FlowFile.Flow, FlowFile.Clusters, PauseInFile.Topic, PauseInFile.Partition])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, ct) => parsed.GetValue(What)! is var what && File.Exists(what)
            ? PauseInFile.SayAsync(parsed, what,
                new PausedPlace(parsed.GetValue(PauseInFile.Topic), parsed.GetValue(PauseInFile.Partition)), still: true, ct)
            : AskAsync(parsed, "pause", what, ct));
        return command;
    }

    public static Command CreateRestart() =>
        Create("restart", "Try at once what stands still for a trouble and would be tried later; what runs is not disturbed.");

    public static Command CreateThrottle()
    {
        var command = new Command("throttle",
            "Let a flow or a topic of a running mirror take no more bytes a second, until it is told otherwise, for a time, or the mirror "
                + "ends.")
        {
            What, Rate, For, Reason, DryRun, ApiCall.Where,
        };
        command.SetAction((parsed, ct) => AskAsync(parsed, "throttle", parsed.GetValue(What)!, ct));
        return command;
    }

    /// <summary>Asks the mirror and says what came of it.</summary>
    public static async Task<int> AskAsync(ParseResult parsed, string verb, string what, CancellationToken ct)
    {
        Place place;
        try
        {
            place = Place.Parse(what);
        }
        catch (FormatException failure)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Usage;
        }

        return await ApiCall.WithMirrorAsync(parsed, async call =>
        {
            var done = await call.SendAsync(
                HttpMethod.Post, $"/api/v1/{place.Path()}/{verb}{(parsed.GetValue(DryRun) ? "?dry_run=true" : "")}",
                [
                    ("reason", parsed.GetValue(Reason)), ("for", verb is "pause" or "throttle" ? parsed.GetValue(For) : null),
                    ("bytes_per_second", verb == "throttle" ? parsed.GetValue(Rate) : null),
                ], ApiJson.Plain.ActionDocument, ct);
            Console.Out.WriteLine(Said(done));
            return ExitCode.Success;
        }, ct);
    }

    private static void CheckRate(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var rate }] && !Wishes.IsRate(rate))
        {
            result.AddError($"RATE: '{rate}' is not a number of bytes a second such as 500K, 50M or 1G, or off");
        }
    }

    private static void CheckTime(OptionResult result)
    {
        if (result.Tokens is [{ Value: var time }] && !Wishes.IsTime(time))
        {
            result.AddError($"--for: '{time}' is not a time such as 90s, 10m, 2h or 1d");
        }
    }

    private static Command Create(string verb, string description)
    {
        var command = new Command(verb, description) { What, Reason, DryRun, ApiCall.Where };
        command.SetAction((parsed, ct) => AskAsync(parsed, verb, parsed.GetValue(What)!, ct));
        return command;
    }

    private static string Said(ActionDocument done)
    {
        var lanes = Counted.Of(done.Lanes, "lane");
        var until = done.Until is { } at ? $" until {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "";
        var rate = done.BytesPerSecond is { } most ? $" {(done.DryRun ? "to" : "at most")} {Quantity.Bytes(most)} a second"
            : done.DryRun ? " no more" : " as much as it can";
        return (done.Action, done.DryRun) switch
        {
            ("throttle", true) => $"would throttle {done.What}{rate}{until}: {lanes}",
            ("throttle", false) => $"{done.What} takes{rate}{until}: {lanes}",
            (_, true) => $"would {done.Action} {done.What}{until}: {lanes}",
            ("pause", _) =>
                $"{done.What} stands still{until}: {lanes}"
                    + (done.Settled == false ? "; what is in flight is not acknowledged yet" : ", nothing in flight, positions stored"),
            ("resume", _) => $"{done.What} goes on: {lanes}",
            _ => $"{done.What}: tried at once: {lanes}",
        };
    }
}
