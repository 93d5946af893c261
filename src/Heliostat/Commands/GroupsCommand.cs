using System.CommandLine;
using System.Text.Json;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Planning;
using Heliostat.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary><c>heliostat groups</c>: where each group stands on both sides of the flows of a MirrorMaker 2 file. Reads only.</summary>
internal static class GroupsCommand
{
    private static readonly Option<string> Group = new("--group") { Description = "Only this group", HelpName = "GROUP" };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, with everything" };

    public static Command Create()
    {
        var command = new Command(
            "groups",
            "Show each group with its source position, its exact target position, what is written there and the lag on both sides, and why "
                + "where something is missing.")
        {
            FlowFile.FileName, FlowFile.Strimzi, FlowFile.Secrets, FlowFile.Flow, FlowFile.Clusters, Group, Json,
        };
        command.SetAction((parsed, ct) => FlowFile.WithFlowsAsync(parsed, parsed.GetValue(FlowFile.FileName)!,
            flows => ShowAsync(parsed, flows, ct)));
        return command;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, IReadOnlyList<FlowOptions> chosen, CancellationToken ct)
    {
        var reader = new GroupsReader(TimeProvider.System, NullLoggerFactory.Instance);
        var group = parsed.GetValue(Group);
        List<FlowGroups> flows = [];
        foreach (var flow in chosen)
        {
            var read = await reader.ReadAsync(flow, ct);
            flows.Add(group is null ? read : read with { Positions = [.. read.Positions.Where(position => position.Group == group)] });
        }

        var text = parsed.GetValue(Json) ? JsonSerializer.Serialize(new GroupsFile(parsed.GetValue(FlowFile.FileName)!, flows),
            OutputJson.Plain.GroupsFile) + Environment.NewLine : GroupsText.Of(flows);
        await Console.Out.WriteAsync(text.AsMemory(), ct);
        return ExitCode.Success;
    }
}
