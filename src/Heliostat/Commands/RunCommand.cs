using System.CommandLine;
using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Configuration.MirrorMaker2;
using Heliostat.Mirroring.Flows;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat run</c>: MirrorMaker 2's dedicated mode, with the file that it takes. By MirrorMaker 2's own name it ends with its exit statuses.</summary>
internal static class RunCommand
{
    /// <summary>The name that <c>bin/connect-mirror-maker.sh</c> calls it by.</summary>
    public const string DropInName = "connect-mirror-maker";

    /// <summary>What MirrorMaker 2's argument parser ends with, for a wrong use and for a question for help alike.</summary>
    public const int DropInUsageExitCode = 255;

    private static readonly Argument<string> FileName = new("FILE") { Description = "The properties file of MirrorMaker 2's dedicated mode" };

    private static readonly Option<string[]> Clusters = new("--clusters")
    {
        Description = "Run only the flows into these clusters",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "ALIAS",
    };

    public static Command Create() => Create("run", "Run the flows of a MirrorMaker 2 file: same file, same topics, same stored offsets.");

    public static Command CreateDropIn()
    {
        var command = Create(DropInName, "MirrorMaker 2 by its own name and exit statuses.");
        command.Hidden = true;
        return command;
    }

    private static Command Create(string name, string description)
    {
        var command = new Command(name, description) { FileName, Clusters, MirrorCommand.Memory };
        RunOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        MirrorMaker2File file;
        try
        {
            file = MirrorMaker2Configuration.Load(parsed.GetValue(FileName)!, parsed.GetValue(Clusters) ?? []).ToFile();
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }

        var outcome = await MirrorRun.RunAsync(file, parsed.GetValue(MirrorCommand.Memory), RunOptions.From(parsed));
        return outcome.End switch
        {
            MirrorEnd.Refused => ExitCode.Configuration,
            MirrorEnd.Failed or MirrorEnd.Aborted => ExitCode.Failure,
            _ => ExitCode.Success,
        };
    }
}
