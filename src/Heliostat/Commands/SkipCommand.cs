using System.CommandLine;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary><c>heliostat skip</c>: a partition that is paused or halted passes records over, whichever process has it.</summary>
internal static class SkipCommand
{
    private static readonly Option<string> Topic = new("--topic")
    {
        Description = "The topic, by its name on the source",
        HelpName = "TOPIC",
        Required = true,
    };

    private static readonly Option<int?> Partition = new("--partition")
    {
        Description = "The partition",
        CustomParser = result => Amount.Whole(result),
        HelpName = "N",
        Required = true,
    };

    private static readonly Option<long?> To = new("--to") { Description = "The next source offset that is mirrored", HelpName = "OFFSET" };

    private static readonly Option<long?> Count = new("--count")
    {
        Description = "So many source offsets from where it is: 1 is the record that it stands before",
        HelpName = "N",
    };

    public static Command Create()
    {
        var command = new Command(
            "skip", "Let a partition that is paused or halted pass records over, whichever process has it: they are not mirrored.")
        {
            FlowFile.FileName, Topic, Partition, To, Count, FlowFile.Flow, FlowFile.Clusters, SteerCommand.DryRun,
        };
        command.Validators.Add(result =>
        {
            if (!FlowSkips.IsAmount(result.GetValue(To), result.GetValue(Count)))
            {
                result.AddError("say where it goes on, --to OFFSET, or how much it passes over, --count N");
            }
        });
        command.SetAction((parsed, ct) => FlowFile.WithFlowsAsync(parsed, parsed.GetValue(FlowFile.FileName)!,
            flows => SkipAsync(parsed, flows, ct)));
        return command;
    }

    private static async Task<int> SkipAsync(ParseResult parsed, IReadOnlyList<FlowOptions> chosen, CancellationToken ct)
    {
        if (chosen.Count != 1)
        {
            Terminal.Error.WriteLine($"heliostat: of which flow: --flow {string.Join(", ", chosen.Select(flow => flow.Name))}");
            return ExitCode.Usage;
        }

        var lane = new TopicPartition(parsed.GetValue(Topic)!, parsed.GetValue(Partition)!.Value);
        await using var skips = new FlowSkips(chosen[0], TimeProvider.System, NullLoggerFactory.Instance);
        var isDry = parsed.GetValue(SteerCommand.DryRun);
        var came = await skips.SkipAsync(lane, parsed.GetValue(To), parsed.GetValue(Count), isDry, FlowSkips.Patience, ct);
        return Said(chosen[0].Name, lane, came, isDry);
    }

    private static int Said(FlowName flow, TopicPartition lane, LaneMove came, bool isDry)
    {
        if (came.Refusal is not null)
        {
            Terminal.Error.WriteLine($"heliostat: {flow} {lane}: {came.Refusal}");
            return came.IsAnswered ? ExitCode.Usage : ExitCode.Failure;
        }

        Console.Out.WriteLine(
            $"{flow} {lane} {(isDry ? "would go on" : "goes on")} at source offset {came.To} in place of {came.From}: "
            + $"{Counted.Of(came.Skipped, "offset")} passed over{(isDry ? "" : "; resume lets it go on")}");
        return ExitCode.Success;
    }
}
