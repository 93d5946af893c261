using System.CommandLine;
using System.Globalization;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary>
/// <c>heliostat resume</c>: shows halted lanes of the flows of a MirrorMaker 2 file, and lets them go on where somebody says.
/// </summary>
internal static class ResumeCommand
{
    private static readonly Argument<string> What = new("WHAT")
    {
        Description =
            "What was paused, FLOW[/TOPIC[/PARTITION]], such as 'A->B/orders/3'; or the properties file of a mirror with halted lanes",
    };

    private static readonly Option<string> Topic = new("--topic")
    {
        Description = "The topic, by its name on the source; without it halted lanes are only shown",
        HelpName = "TOPIC"
    };

    private static readonly Option<int?> Partition = new("--partition")
    {
        Description = "Only this partition of the topic",
        CustomParser = result => Amount.Whole(result),
        HelpName = "N"
    };

    private static readonly Option<string> From = new("--from")
    {
        Description =
            "Where to go on: divergence (where nothing is lost: where both histories part, or the start of the new log), earliest, latest, "
                + "or an offset of the source",
        DefaultValueFactory = _ => "divergence",
        HelpName = "WHERE",
    };

    private static readonly Option<bool> Paused = new("--paused")
    {
        Description = "Of a file: let go on what 'pause FILE' or a running mirror paused, not what a loss has halted"
    };

    public static Command Create()
    {
        From.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not ("divergence" or "earliest" or "latest")
                && !TryOffset(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError($"--from: '{result.GetValueOrDefault<string>()}' is none of divergence, earliest, latest and an offset");
            }
        });
        var command = new Command("resume",
            "Let go on what was paused; or show the lanes that a loss has halted, and let them go on where you say, whether the flow runs "
                + "or not.")
        {
            What, Paused, SteerCommand.Reason, SteerCommand.DryRun, ApiCall.Where, FlowFile.Flow, FlowFile.Clusters, Topic, Partition, From,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var what = parsed.GetValue(What)!;
        if (!File.Exists(what) && (what.Contains("->", StringComparison.Ordinal) || what.Contains("..", StringComparison.Ordinal)))
        {
            return await SteerCommand.AskAsync(parsed, "resume", what, ct);
        }

        if (parsed.GetValue(Paused))
        {
            return await PauseInFile.SayAsync(parsed, what, new PausedPlace(parsed.GetValue(Topic), parsed.GetValue(Partition)),
                still: false, ct);
        }

        return await FlowFile.WithFlowsAsync(parsed, what, flows => HaltedAsync(parsed, flows, ct));
    }

    /// <summary>Shows halted lanes, or lets those that are meant go on.</summary>
    private static async Task<int> HaltedAsync(ParseResult parsed, IReadOnlyList<FlowOptions> chosen, CancellationToken ct)
    {
        var found = 0;
        foreach (var flow in chosen)
        {
            await using var lanes = new HaltedLanes(flow, TimeProvider.System, NullLoggerFactory.Instance);
            HaltedLane[] halted = [.. (await lanes.ReadAsync(ct)).Where(lane => IsMeant(parsed, lane))];
            found += halted.Length;
            if (parsed.GetValue(Topic) is null)
            {
                Show(flow.Name, halted);
                found += await ShowPausedAsync(flow, ct);
            }
            else if (!await ResumeAsync(flow.Name, lanes, halted, parsed.GetValue(From)!, parsed.GetValue(SteerCommand.DryRun), ct))
            {
                return ExitCode.Usage;
            }
        }

        if (found == 0)
        {
            Console.Out.WriteLine(parsed.GetValue(Topic) is null
                ? "no lane is halted, and nothing is paused"
                : "no such lane is halted");
        }

        return found == 0 && parsed.GetValue(Topic) is not null ? ExitCode.Usage : ExitCode.Success;
    }

    private static void Show(FlowName flow, HaltedLane[] halted)
    {
        foreach (var lane in halted)
        {
            var state = lane.ResumeAt is { } at
                ? $"is to go on at offset {at}"
                : $"{lane.Kind} at offset {lane.Position}, halted since {lane.Since:yyyy-MM-dd HH:mm:ss}Z";
            Console.Out.WriteLine($"{flow} {lane.Topic}-{lane.Partition}: {state}: {lane.Cause}");
        }
    }

    private static async Task<int> ShowPausedAsync(FlowOptions flow, CancellationToken ct)
    {
        await using var pauses = new FlowPauses(flow, TimeProvider.System, NullLoggerFactory.Instance);
        var paused = await pauses.ReadAsync(ct);
        foreach (var place in paused)
        {
            Console.Out.WriteLine($"{PauseInFile.Name(flow.Name, place)}: paused by an operator; resume --paused lets it go on");
        }

        return paused.Count;
    }

    /// <summary>False, and said, when one of them cannot go on there; then none does.</summary>
    private static async Task<bool> ResumeAsync(FlowName flow, HaltedLanes lanes, HaltedLane[] halted, string from, bool isDry,
        CancellationToken ct)
    {
        List<(HaltedLane Lane, long From)> decided = [];
        foreach (var lane in halted)
        {
            var at = from switch
            {
                "divergence" => lane.Divergence,
                "earliest" or "latest" => await lanes.OffsetAsync(lane, atEnd: from == "latest", ct),
                _ => TryOffset(from, out var offset) ? offset : null,
            } ?? NowhereOf(lane);
            if (at is null)
            {
                Terminal.Error.WriteLine(
                    $"heliostat: {flow} {lane.Topic}-{lane.Partition}: where '{from}' is cannot be told; name an offset, or earliest or "
                        + $"latest");
                return false;
            }

            decided.Add((lane, at.Value));
        }

        if (!isDry)
        {
            await lanes.ResumeAsync(decided, ct);
        }

        foreach (var (lane, at) in decided)
        {
            Console.Out.WriteLine(
                $"{flow} {lane.Topic}-{lane.Partition} {(isDry ? "would go on" : "goes on")} at source offset {at}: within seconds if the "
                    + $"flow runs, else when it starts");
        }

        return true;
    }

    /// <summary>What is not there begins at the start of its log, if it ever comes back.</summary>
    private static long? NowhereOf(HaltedLane lane) => lane.Kind is "gone" or "shrunk" ? 0 : null;

    private static bool IsMeant(ParseResult parsed, HaltedLane lane) =>
        (parsed.GetValue(Topic) is not { } topic || topic == lane.Topic)
            && (parsed.GetValue(Partition) is not { } partition || partition == lane.Partition);

    private static bool TryOffset(string? text, out long offset) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset);
}
