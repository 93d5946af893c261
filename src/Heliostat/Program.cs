using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Heliostat;
using Heliostat.Commands;
using Heliostat.Commands.Usage;

EarlySignals.Watch(args);
KerberosConfig.Apply();
var mirrorMaker = MirrorMakerCommand.Create();
var root = new RootCommand("Mirrors topics between Apache Kafka clusters, batch by batch.")
{
    DemoCommand.Create(),
    MirrorCommand.Create(),
    RunCommand.Create(),
    RunCommand.CreateDropIn(),
    ConnectCommand.Create(),
    StrimziCommand.Create(),
    mirrorMaker,
    ExplainCommand.Create(),
    PlanCommand.Create(),
    GroupsCommand.Create(),
    DiffCommand.Create(),
    ResumeCommand.Create(),
    VerifyCommand.Create(),
    StatusCommand.Create(),
    TopCommand.Create(),
    EventsCommand.Create(),
    SteerCommand.CreatePause(),
    SteerCommand.CreateRestart(),
    SteerCommand.CreateThrottle(),
    PositionCommand.Create(),
    SkipCommand.Create(),
    WorkersCommand.CreateWorkers(),
    WorkersCommand.CreateDrain(),
    WorkersCommand.CreateMove(),
    WorkersCommand.CreateRebalance(),
    LoggersCommand.Create(),
    TokenCommand.Create(),
    BrokerCommand.Create(),
    CompletionCommand.Create(),
    ManCommand.Create(),
};
root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
var help = root.Options.OfType<HelpOption>().Single();
help.Action = new CommandHelp((HelpAction)help.Action!);

// MirrorMaker 1 takes even a question for help as a wrong use of it.
var helpIsWrongUse = args is [] or [MirrorMakerCommand.Name, ..];
args = HelpWords.Normalized(args) switch
{
    [] => ["--help"],
    [MirrorMakerCommand.Name] => [MirrorMakerCommand.Name, "--help"],
    [MirrorMakerCommand.Name, .. var options] => [MirrorMakerCommand.Name, .. MirrorMakerCommand.Normalized(options, mirrorMaker)],
    var understood => understood,
};

var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
if ((parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction) || WrongUse.SwallowedOption(parsed) is not null)
{
    Console.Error.WriteLine(WrongUse.Line(parsed));
    return WrongUse.ExitCodeOf(parsed.CommandResult.Command);
}

if (args[0] == RunCommand.DropInName && parsed.Action is CommandHelp)
{
    // Of a hidden command there is no help.
    parsed.CommandResult.Command.Hidden = false;
    await parsed.InvokeAsync();
    return RunCommand.DropInUsageExitCode;
}

if (helpIsWrongUse && parsed.Action is CommandHelp)
{
    await parsed.InvokeAsync(new InvocationConfiguration { Output = Console.Error });
    return ExitCode.Usage;
}

return await parsed.InvokeAsync();
