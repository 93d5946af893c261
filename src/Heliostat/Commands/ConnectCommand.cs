using System.CommandLine;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat connect</c>: in the place of the workers of a Connect cluster, for MirrorMaker 2's connectors.</summary>
internal static class ConnectCommand
{
    private static readonly Argument<string> FileName = new("FILE")
    {
        Description = "The properties file of a worker of Kafka Connect in distributed mode"
    };

    public static Command Create()
    {
        var command = new Command("connect",
            "Run the mirror connectors of a Kafka Connect cluster: same file, same topics, same REST API.") { FileName,
                MirrorCommand.Memory };
        RunOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        ConnectWorkerFile file;
        try
        {
            file = ConnectWorkerFile.Load(parsed.GetValue(FileName)!);
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }

        return ExitCode.Of(await MirrorRun.RunAsync(file, parsed.GetValue(MirrorCommand.Memory), RunOptions.From(parsed)));
    }
}
