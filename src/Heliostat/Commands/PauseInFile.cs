using System.CommandLine;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Lanes;
using Heliostat.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary>
/// <c>heliostat pause FILE</c> and <c>resume FILE --paused</c>: said in the state topic of the flow, from any machine and whether or not it
/// runs.
/// </summary>
internal static class PauseInFile
{
    public static readonly Option<string> Topic = new("--topic")
    {
        Description = "Of a file: the topic, by its name on the source; without it all of the flow",
        HelpName = "TOPIC"
    };

    public static readonly Option<int?> Partition = new("--partition")
    {
        Description = "Of a file: only this partition of the topic",
        CustomParser = result => Amount.Whole(result),
        HelpName = "N"
    };

    /// <summary>Lets something stand still, or go on.</summary>
    public static Task<int> SayAsync(ParseResult parsed, string name, PausedPlace place, bool still, CancellationToken ct) =>
        FlowFile.WithFlowsAsync(parsed, name, flows => SayAsync(parsed, flows, place, still, ct));

    /// <summary>How a place is named where there is a file.</summary>
    public static string Name(FlowName flow, PausedPlace place) => place switch
    {
        { Topic: null } => $"{flow}",
        { Partition: { } partition } => $"{flow} {place.Topic}-{partition}",
        _ => $"{flow} {place.Topic}",
    };

    private static async Task<int> SayAsync(ParseResult parsed, IReadOnlyList<FlowOptions> chosen, PausedPlace place, bool still,
        CancellationToken ct)
    {
        if (place is { Topic: null, Partition: not null })
        {
            Terminal.Error.WriteLine("heliostat: --partition: of which --topic");
            return ExitCode.Usage;
        }

        if (still && parsed.GetValue(SteerCommand.For) is not null)
        {
            Terminal.Error.WriteLine(
                "heliostat: --for: what is paused by a file stands still until it is resumed; ask the running mirror for a time: heliostat "
                    + "pause A..B --for TIME");
            return ExitCode.Usage;
        }

        var isDry = parsed.GetValue(SteerCommand.DryRun);
        var said = 0;
        foreach (var flow in chosen)
        {
            await using var pauses = new FlowPauses(flow, TimeProvider.System, NullLoggerFactory.Instance);
            PausedPlace[] places = still ? [place] : [.. (await pauses.ReadAsync(ct)).Where(paused => IsWithin(paused, place))];
            said += places.Length;
            if (places.Length > 0 && !isDry)
            {
                await pauses.SayAsync(places, still, ct);
            }

            foreach (var one in places)
            {
                Console.Out.WriteLine(
                    $"{(isDry ? $"would {(still ? "pause" : "resume")} " : "")}{Name(flow.Name, one)}"
                        + $"{(isDry ? "" : still ? " stands still" : " goes on")}: at once if the flow runs, else when it starts");
            }
        }

        if (said == 0)
        {
            Console.Out.WriteLine("nothing of it is paused");
        }

        return said == 0 ? ExitCode.Usage : ExitCode.Success;
    }

    /// <summary>A topic goes on with each of its lanes, as in a running mirror; the flow by itself.</summary>
    private static bool IsWithin(PausedPlace paused, PausedPlace place) =>
        paused.Topic == place.Topic && (place.Partition is null || paused.Partition == place.Partition);
}
