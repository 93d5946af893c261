using System.CommandLine;

namespace Heliostat.Commands;

/// <summary>
/// <c>heliostat run</c>: MirrorMaker 2's dedicated mode, with the file that it takes. By MirrorMaker 2's own name it ends with its exit
/// statuses.
/// </summary>
internal static class RunCommand
{
    /// <summary>The name that <c>bin/connect-mirror-maker.sh</c> calls it by.</summary>
    public const string DropInName = "connect-mirror-maker";

    /// <summary>What MirrorMaker 2's argument parser ends with, for a wrong use and for a question for help alike.</summary>
    public const int DropInUsageExitCode = 255;

    private static readonly Option<bool> UntilEnd = new("--until-end")
    {
        Description =
            "Stop once every partition has reached its end: what heliostat.until says, else where its log ended when it was begun",
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
        var command = new Command(name,
            description) { FlowFile.FileName, FlowFile.Strimzi, FlowFile.Secrets, FlowFile.Clusters, MirrorCommand.Memory, UntilEnd };
        RunOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        if (FlowFile.Read(parsed, read => Tuple.Create(read, read.ToFile())) is not { } read)
            return IsWrongUse(parsed) ? DropInUsageExitCode : ExitCode.Configuration;

        var outcome = await MirrorRun.RunAsync(read.Item1, read.Item2, parsed.GetValue(MirrorCommand.Memory),
            RunOptions.From(parsed) with { UntilEnd = parsed.GetValue(UntilEnd) });
        return ExitCode.Of(outcome);
    }

    /// <summary>MirrorMaker 2's argument parser looks whether the file can be read.</summary>
    private static bool IsWrongUse(ParseResult parsed)
    {
        if (parsed.CommandResult.Command.Name != DropInName) return false;

        try
        {
            File.OpenRead(parsed.GetValue(FlowFile.FileName)!).Dispose();
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
