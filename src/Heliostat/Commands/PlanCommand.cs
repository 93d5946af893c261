using System.CommandLine;
using System.Text.Json;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Planning;
using Heliostat.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary><c>heliostat plan</c>: what the flows of a MirrorMaker 2 file would do if they ran now. Touches nothing.</summary>
internal static class PlanCommand
{
    private const long DefaultRate = 50_000_000;

    private const int DefaultWidth = 96;

    private static readonly Option<long?> Rate = new("--rate")
    {
        Description = "Bytes a second that the copying is reckoned with [default: 50000000]",
        CustomParser = Amount.Bytes,
        HelpName = "BYTES",
    };

    private static readonly Option<bool> All = new("--all") { Description = "Print long lists whole" };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, with everything" };

    public static Command Create()
    {
        var command = new Command(
            "plan", "Show what the flows of a MirrorMaker 2 file would create, change, copy and be refused, and touch nothing.")
        {
            FlowFile.FileName, FlowFile.Strimzi, FlowFile.Secrets, FlowFile.Flow, FlowFile.Clusters, Rate, All, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        if (FlowFile.Read(parsed, file => file.ToFile()) is not { } file) return ExitCode.Configuration;
        if (FlowFile.Chosen(parsed, file.Flows, flow => flow.Name) is not { } flows) return ExitCode.Usage;

        return await FlowFile.AskAsync(async () =>
        {
            var plans = await PlanAsync(file.Flows, flows, ct);
            var planned = new PlannedFile(parsed.GetValue(FlowFile.FileName)!, plans, parsed.GetValue(Rate) ?? DefaultRate);
            var text = parsed.GetValue(Json)
                ? JsonSerializer.Serialize(planned, OutputJson.Plain.PlannedFile) + Environment.NewLine
                : PlannedText.Of(planned, Width(), parsed.GetValue(All));
            Terminal.Error.Problems(file.Warnings);
            await Console.Out.WriteAsync(text.AsMemory(), ct);
            return planned.Refusals > 0 ? ExitCode.Refusals : ExitCode.Success;
        });
    }

    private static async Task<IReadOnlyList<FlowPlan>> PlanAsync(IReadOnlyList<FlowOptions> all, IReadOnlyList<FlowOptions> chosen,
        CancellationToken ct)
    {
        try
        {
            return await new FilePlanner(all, TimeProvider.System, NullLoggerFactory.Instance).PlanAsync(chosen,
                flow => Status($"looking at {flow} ..."), ct);
        }
        finally
        {
            Status("");
        }
    }

    private static void Status(string text)
    {
        if (Terminal.Error.IsTerminal)
        {
            Terminal.Error.Status(text);
        }
    }

    private static int Width() => Console.IsOutputRedirected ? DefaultWidth : Terminal.Width;
}
