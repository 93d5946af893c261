using System.CommandLine;
using System.CommandLine.Invocation;
using Heliostat;
using Heliostat.Commands;

var root = new RootCommand("Mirrors topics between Apache Kafka clusters, batch by batch.")
{
    MirrorCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"heliostat: {error.Message}");
    }

    Console.Error.WriteLine($"Try 'heliostat {(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help'.");
    return ExitCode.Usage;
}

return await parsed.InvokeAsync();
