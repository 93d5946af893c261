using System.CommandLine;
using System.Text.Json;
using Heliostat.Mirroring.Planning.Drift;
using Heliostat.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary><c>heliostat diff</c>: what the targets of a MirrorMaker 2 file lack or have otherwise, but for records. Reads only.</summary>
internal static class DiffCommand
{
    private const int DefaultWidth = 140;

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, with everything" };

    public static Command Create()
    {
        var command = new Command(
            "diff",
            "Show what the targets of a MirrorMaker 2 file lack or have otherwise: topics, partitions, configs, access rules, groups, "
                + "quotas and users of SCRAM. Records are compared by 'verify'.")
        {
            FlowFile.FileName, FlowFile.Strimzi, FlowFile.Secrets, FlowFile.Flow, FlowFile.Clusters, Json,
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
            var drifts = await new DriftReader(file.Flows, TimeProvider.System, NullLoggerFactory.Instance).ReadAsync(flows, ct);
            var found = new DriftFile(parsed.GetValue(FlowFile.FileName)!, drifts);
            var text = parsed.GetValue(Json)
                ? JsonSerializer.Serialize(found, OutputJson.Plain.DriftFile) + Environment.NewLine
                : DriftText.Of(found, Console.IsOutputRedirected ? DefaultWidth : Terminal.Width);
            await Console.Out.WriteAsync(text.AsMemory(), ct);
            return found.Differences > 0 ? ExitCode.Differences : found.Untold > 0 ? ExitCode.Unverifiable : ExitCode.Success;
        });
    }
}
