using System.CommandLine;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Output;
using Heliostat.Strimzi;

namespace Heliostat.Commands;

/// <summary><c>heliostat strimzi</c>: what a resource of Strimzi comes to.</summary>
internal static class StrimziCommand
{
    private static readonly Argument<string> FileName =
        new("FILE") { Description = "A YAML file with one KafkaMirrorMaker2 resource of Strimzi" };

    private static readonly Option<bool> Properties =
        new("--properties") { Description = "Print it as a properties file, which run and MirrorMaker 2 take" };

    public static Command Create()
    {
        var command = new Command("strimzi", "Show what a KafkaMirrorMaker2 resource of Strimzi comes to, and what in it has no effect.")
        {
            FileName, Properties, FlowFile.Secrets,
        };
        command.SetAction(parsed =>
        {
            try
            {
                var file = new StrimziFile(parsed.GetValue(FileName)!, parsed.GetValue(FlowFile.Secrets));
                Terminal.Error.Problems(file.Notices);
                if (!parsed.GetValue(Properties))
                {
                    return Check(file.Flows([]));
                }

                Console.Out.Write(file.Properties());
                return ExitCode.Success;
            }
            catch (ConfigurationException failure)
            {
                Terminal.Error.Problems(failure.Problems);
                return ExitCode.Configuration;
            }
        });
        return command;
    }

    private static int Check(MirrorMaker2Configuration read)
    {
        Terminal.Error.Problems(read.Warnings);
        foreach (var flow in read.ToFile().Flows)
        {
            var checkpoints = flow.Groups.CheckpointInterval is null ? "" : ", checkpoints";
            var heartbeats = flow.Heartbeats.Interval is null ? "" : ", heartbeats";
            var does = $"{(flow.Enabled ? "records" : "no records")}{checkpoints}{heartbeats}";
            Console.Out.WriteLine($"{flow.Name}: {does}; positions in {flow.Worker.OffsetsTopic} under {flow.Worker.ConnectorName}");
        }

        return ExitCode.Success;
    }
}
