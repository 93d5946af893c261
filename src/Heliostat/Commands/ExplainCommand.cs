using System.CommandLine;
using System.Text.Json;
using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Configuration.MirrorMaker2;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat explain</c>: what a MirrorMaker 2 file comes to, setting by setting, and what in it does nothing.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> FileName = new("FILE") { Description = "The properties file of MirrorMaker 2's dedicated mode" };

    private static readonly Option<string> Flow = new("--flow") { Description = "Only this flow: SOURCE->TARGET", HelpName = "FLOW" };

    private static readonly Option<string[]> Clusters = new("--clusters")
    {
        Description = "Only flows into these clusters, as MirrorMaker 2's option of this name",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "ALIAS",
    };

    private static readonly Option<bool> All = new("--all") { Description = "Also settings that nobody set, with their defaults" };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, with all settings" };

    public static Command Create()
    {
        var command = new Command("explain", "Show the value and the origin of every setting of every client of a MirrorMaker 2 file, and every key without effect.")
        {
            FileName, Flow, Clusters, All, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var path = parsed.GetValue(FileName)!;
        MirrorMaker2Configuration configuration;
        try
        {
            configuration = MirrorMaker2Configuration.Load(path, parsed.GetValue(Clusters) ?? []);
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }

        var flow = parsed.GetValue(Flow);
        if (flow is not null && !configuration.Flows.Any(f => f.ToString() == flow))
        {
            Terminal.Error.WriteLine($"heliostat: --flow: '{flow}' is not one of the flows: {string.Join(", ", configuration.Flows)}");
            return ExitCode.Usage;
        }

        var explained = new ExplainedFile(
            path, configuration.Aliases, [.. configuration.Flows.Where(f => flow is null || f.ToString() == flow).Select(configuration.Explain)],
            configuration.Errors, configuration.Warnings, configuration.Notices);
        var text = parsed.GetValue(Json) ? JsonSerializer.Serialize(explained, OutputJson.Default.ExplainedFile) + Environment.NewLine : ExplainedText.Of(explained, parsed.GetValue(All));
        await Console.Out.WriteAsync(text.AsMemory(), ct);
        Terminal.Error.Problems(explained.Errors);
        return explained.Errors.Count > 0 ? ExitCode.Configuration : ExitCode.Success;
    }
}
