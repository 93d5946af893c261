using System.CommandLine;
using System.Text.Json;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat explain</c>: what a MirrorMaker 2 file comes to, setting by setting, and what in it does nothing.</summary>
internal static class ExplainCommand
{
    private static readonly Option<bool> All = new("--all") { Description = "Also settings that nobody set, with their defaults" };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, with all settings" };

    public static Command Create()
    {
        var command = new Command("explain",
            "Show the value and the origin of every setting of every client of a MirrorMaker 2 file, and every key without effect.")
        {
            FlowFile.FileName, FlowFile.Strimzi, FlowFile.Secrets, FlowFile.Flow, FlowFile.Clusters, All, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        if (FlowFile.Read(parsed, file => file) is not { } configuration) return ExitCode.Configuration;
        if (FlowFile.Chosen(parsed, configuration.Flows, flow => flow) is not { } flows) return ExitCode.Usage;

        var explained = new ExplainedFile(
            parsed.GetValue(FlowFile.FileName)!, configuration.Aliases, [.. flows.Select(configuration.Explain)],
            configuration.Errors, configuration.Warnings, configuration.Notices);
        var text = parsed.GetValue(Json)
            ? JsonSerializer.Serialize(explained, OutputJson.Plain.ExplainedFile) + Environment.NewLine
            : ExplainedText.Of(explained, parsed.GetValue(All));
        await Console.Out.WriteAsync(text.AsMemory(), ct);
        Terminal.Error.Problems(explained.Errors);
        return explained.Errors.Count > 0 ? ExitCode.Configuration : ExitCode.Success;
    }
}
