using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Heliostat.Output;

namespace Heliostat.Commands.Usage;

/// <summary>The help of a command: what the options say, then examples and exit statuses.</summary>
internal sealed class CommandHelp(HelpAction options) : SynchronousCommandLineAction
{
    /// <summary>Where lines are broken that go to no terminal.</summary>
    private const int DefaultWidth = 100;

    private static readonly string[] Tried =
    [
        "0 when it was stopped", "1 for a wrong command line", "2 for a setting, pattern or file that cannot work",
        "3 when it failed while running", "5 when lanes were halted at its end",
        "6 when positions could not be stored and records will be mirrored again",
    ];

    private static readonly string[] Looked = ["0 when it was done", "1 for a wrong command line", "2 for a file that cannot work",
        "3 when a cluster cannot be asked"];

    private static readonly string[] Asked =
    [
        "0 when it was done", "1 for a wrong command line, or a flow, topic or partition that is not there",
        "2 for a file that cannot work", "3 when no mirror answers or it refuses",
    ];

    private static readonly string[] Said =
    [
        "0 when it was done", "1 for a wrong command line, or what cannot be done", "2 for a file that cannot work",
        "3 when a cluster cannot be asked",
    ];

    private static readonly Dictionary<string, Notes> All = new()
    {
        ["heliostat"] = new(
            [
                "heliostat demo",
                "heliostat mirror --from old:9092 --to new:9092 --topics 'orders.*' --keep-names",
                "heliostat run mm2.properties",
                "heliostat mirror-maker --consumer.config c.properties --producer.config p.properties --include '.*'",
            ],
            ["see the commands: 'heliostat help COMMAND'"]),
        ["demo"] = new(
            ["heliostat demo", "heliostat demo --for 20s --restart target@5s --json"],
            ["0 when nothing was lost, doubled or out of order", "1 for a wrong command line", "3 otherwise"]),
        ["mirror"] = new(
            [
                "heliostat mirror --from old:9092 --to new:9092 --topics 'orders.*,payments' --keep-names",
                "heliostat mirror --from old --to new --topics '.*' --from-alias berlin --until-end",
                "heliostat mirror --from a:9092 --to b:9092 --topics x --consumer-property client.rack=r1 --json",
            ],
            Tried),
        ["run"] = new(["heliostat run mm2.properties", "heliostat run mm2.properties --clusters B --interval 1m",
            "heliostat run --strimzi mirror.yaml --secrets ./secrets"], Tried),
        ["strimzi"] = new(["heliostat strimzi mirror.yaml",
            "heliostat strimzi mirror.yaml --properties --secrets ./secrets > mm2.properties"], Looked),
        ["connect"] = new(["heliostat connect connect-distributed.properties",
            "curl -X PUT -H 'Content-Type: application/json' -d @mirror.json "
                + "localhost:8083/connectors/A-%3EB.MirrorSourceConnector/config"], Tried),
        [MirrorMakerCommand.Name] = new(
            ["heliostat mirror-maker --consumer.config c.properties --producer.config p.properties --num.streams 2 --include "
                + "'orders.*,payments'"],
            ["0 when it was stopped", "1 when it could not start",
                "255 when it failed while running, as MirrorMaker 1, or partitions were halted or positions not committed at its end"]),
        ["explain"] = new(["heliostat explain mm2.properties", "heliostat explain mm2.properties --flow 'A->B' --all"], Looked),
        ["plan"] = new(
            ["heliostat plan mm2.properties", "heliostat plan mm2.properties --flow 'A->B' --rate 20M --all"],
            [.. Looked, "4 when a cluster would refuse something"]),
        ["groups"] = new(["heliostat groups mm2.properties", "heliostat groups mm2.properties --group billing --json"], Looked),
        ["diff"] = new(["heliostat diff mm2.properties", "heliostat diff mm2.properties --flow 'A->B' --json"],
            ["0 when nothing is otherwise on the targets", "1 when something is, or for a wrong command line",
                "2 for a file that cannot work", "3 when what could be compared is the same and some could not be, or no cluster answers"]),
        ["resume"] = new(
            ["heliostat resume A..B/orders/3", "heliostat resume mm2.properties",
                "heliostat resume mm2.properties --flow 'A->B' --topic orders --partition 3",
                "heliostat resume mm2.properties --topic orders --from earliest"],
            Looked),
        ["verify"] = new(
            [
                "heliostat verify mm2.properties",
                "heliostat verify --from old:9092 --to new:9092 --topics 'orders.*' --keep-names --rate 50M",
                "heliostat verify mm2.properties --state verify.json --json --sign key.pem",
            ],
            ["0 when both sides hold the same", "1 when something differs", "2 when it could not run",
                "3 when what could be compared is the same and some could not be"]),
        ["status"] = new(
            ["heliostat status", "heliostat status mm2.properties", "heliostat status http://mirror-1:8083 --json"],
            ["0 when all is live", "1 when some of it stands still, or for a wrong command line",
                "2 when nothing is mirrored or no mirror answers", "3 when records were lost"]),
        ["top"] = new(["heliostat top", "heliostat top mm2.properties", "heliostat top --once --width 80 --height 24"], Asked),
        ["completion"] = new(["source <(heliostat completion bash)", "heliostat completion fish | source"],
            ["0 when it was done", "1 for a shell that is not known"]),
        ["man"] = new(["heliostat man | man -l -", "heliostat man --to /usr/local/share/man/man1"],
            ["0 when it was done", "1 for a command that there is not", "3 for a folder that cannot be written"]),
        ["events"] = new(["heliostat events --level warn", "heliostat events -f --flow 'A->B' --json"], Asked),
        ["pause"] = new(["heliostat pause 'A->B' --reason 'moving racks' --for 2h", "heliostat pause A..B/orders/3 --api mm2.properties",
            "heliostat pause mm2.properties --flow 'A->B' --topic orders"], Asked),
        ["throttle"] = new(["heliostat throttle 'A->B' 50M --for 2h --reason 'backup window'", "heliostat throttle A..B/orders off"],
            Asked),
        ["position"] = new(["heliostat position A..B/orders", "heliostat position A..B/orders/3 1200 --dry-run",
            "heliostat position 'A->B/orders/3' latest --reason 'poison batch'"], Asked),
        ["skip"] = new(
            [
                "heliostat skip mm2.properties --topic orders --partition 3 --count 1 --dry-run",
                "heliostat skip mm2.properties --flow 'A->B' --topic orders --partition 3 --to 4711",
            ],
            Said),
        ["workers"] = new(["heliostat workers mm2.properties"], Said),
        ["drain"] = new(["heliostat drain mm2.properties mirror-1/4711", "heliostat drain mm2.properties mirror-1/4711 --undo"], Said),
        ["move"] = new(
            [
                "heliostat move mm2.properties mirror-2/99 --slot 3 4",
                "heliostat move mm2.properties mirror-2/99 --topic orders --partition 3 --dry-run",
            ],
            Said),
        ["rebalance"] = new(["heliostat rebalance mm2.properties --flow 'A->B'"], Said),
        ["restart"] = new(["heliostat restart 'A->B'", "heliostat restart A..B/orders"], Asked),
        ["loggers"] = new(["heliostat loggers", "heliostat loggers Heliostat.Client DEBUG --for 10m",
            "heliostat loggers 'flow:A->B' DEBUG --for 10m"], Asked),
        ["token"] = new(
            ["heliostat token new ops --role operate --file tokens", "heliostat token revoke ops --file tokens"],
            ["0 when it was done", "1 for a wrong command line", "2 for a file that cannot be read or written"]),
        ["broker"] = new(
            ["heliostat broker", "heliostat broker --port 0 --brokers 3 --topic orders:6 --data ./kafka"],
            ["0 when it was stopped", "1 for a wrong command line", "2 for a port, folder or setting that cannot work",
                "3 when its end was forced"]),
    };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        options.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (NotesOf(command) is { } notes)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in notes.Examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
            output.WriteLine("Exit status:");
            var statuses = new WrappedText(Console.IsOutputRedirected ? DefaultWidth : Terminal.Width);
            foreach (var status in notes.ExitStatuses)
            {
                statuses.Line(1, status);
            }

            output.WriteLine(statuses);
        }

        return ExitCode.Success;
    }

    /// <summary>Examples and exit statuses of a command; null where there are none.</summary>
    public static Notes? NotesOf(Command command) => All.GetValueOrDefault(command is RootCommand ? "heliostat" : command.Name);

    /// <summary>What its help has besides its options.</summary>
    internal sealed record Notes(string[] Examples, string[] ExitStatuses);
}
