using System.CommandLine;
using System.Text.Json;
using Heliostat.Client;
using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Configuration.MirrorMaker2;
using Heliostat.Mirroring.Groups;
using Heliostat.Output;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary><c>heliostat groups</c>: where each group stands on both sides of the flows of a MirrorMaker 2 file. Reads only.</summary>
internal static class GroupsCommand
{
    private static readonly Argument<string> FileName = new("FILE") { Description = "The properties file of MirrorMaker 2's dedicated mode" };

    private static readonly Option<string> Flow = new("--flow") { Description = "Only this flow: SOURCE->TARGET", HelpName = "FLOW" };

    private static readonly Option<string> Group = new("--group") { Description = "Only this group", HelpName = "GROUP" };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, with everything" };

    public static Command Create()
    {
        var command = new Command(
            "groups", "Show each group with its source position, its exact target position, what is written there and the lag on both sides, and why where something is missing.")
        {
            FileName, Flow, Group, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var path = parsed.GetValue(FileName)!;
        MirrorMaker2File file;
        try
        {
            file = MirrorMaker2Configuration.Load(path, []).ToFile();
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }

        var only = parsed.GetValue(Flow);
        FlowOptions[] enabled = [.. file.Flows.Where(flow => flow.Enabled)];
        if (only is not null && !enabled.Any(flow => flow.Name.ToString() == only))
        {
            Terminal.Error.WriteLine($"heliostat: --flow: '{only}' is not one of the flows: {string.Join(", ", enabled.Select(flow => flow.Name))}");
            return ExitCode.Usage;
        }

        try
        {
            var reader = new GroupsReader(TimeProvider.System, NullLoggerFactory.Instance);
            var group = parsed.GetValue(Group);
            List<FlowGroups> flows = [];
            foreach (var flow in enabled.Where(flow => only is null || flow.Name.ToString() == only))
            {
                var read = await reader.ReadAsync(flow, ct);
                flows.Add(group is null ? read : read with { Positions = [.. read.Positions.Where(position => position.Group == group)] });
            }

            var text = parsed.GetValue(Json) ? JsonSerializer.Serialize(new GroupsFile(path, flows), OutputJson.Default.GroupsFile) + Environment.NewLine : GroupsText.Of(flows);
            await Console.Out.WriteAsync(text.AsMemory(), ct);
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Failure;
        }
    }
}
