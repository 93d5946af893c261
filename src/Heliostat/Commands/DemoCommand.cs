using System.CommandLine;
using System.Net;
using Heliostat.Configuration;
using Heliostat.Demo;
using Heliostat.DemoView;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat demo</c>: two clusters and a mirror between them, on any machine.</summary>
internal static class DemoCommand
{
    private static readonly Option<TimeSpan?> For = new("--for")
    {
        Description = "Stop the producers by itself after this long, then catch up, compare and end [default: on Ctrl-C or q]",
        CustomParser = Amount.Duration,
        HelpName = "TIME",
    };

    private static readonly Option<int> Rate = new("--rate")
    {
        Description = "Records a second that the demo's producers write",
        DefaultValueFactory = _ => 2000,
        CustomParser = Amount.Count,
        HelpName = "N",
    };

    private static readonly Option<string[]> Restart = new("--restart")
    {
        Description = "Restart a broker by itself, e.g. target@5s or source@10s; may be repeated",
        HelpName = "SIDE@TIME",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "One JSON object a line on standard output, the last one the audit"
    };

    private static readonly Option<bool> Plain = new("--plain")
    {
        Description = "Lines instead of the live view, as where standard output is no terminal"
    };

    private static readonly Option<TimeSpan?> Interval = new("--interval")
    {
        Description = "Between two progress lines where there is no live view [default: 2s]",
        CustomParser = Amount.Duration,
        HelpName = "TIME",
    };

    private static readonly Option<IReadOnlyList<IPEndPoint>?> Api =
        RunOptions.ApiAddress(
            "Serve the page, the API and the metrics there: [HOST:]PORT, or none [default: 8083 or the next free port, to this machine "
                + "only]");

    public static Command Create()
    {
        var command = new Command(
            "demo",
            "Run two Kafka clusters in this process, producers, a consumer group and a mirror between them; at the end, compare both sides "
                + "record by record.")
        {
            For, Rate, Restart, Json, Plain, Interval, Api,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        List<ScheduledFault> faults = [];
        foreach (var argument in parsed.GetValue(Restart)!)
        {
            if (Fault(argument) is not { } fault)
            {
                Terminal.Error.WriteLine($"heliostat: --restart: '{argument}' is not source@TIME or target@TIME, such as target@5s");
                return ExitCode.Usage;
            }

            faults.Add(fault);
        }

        try
        {
            return await RunAsync(parsed, faults, ct);
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }
    }

    private static Task<int> RunAsync(ParseResult parsed, IReadOnlyList<ScheduledFault> faults, CancellationToken ct) => DemoRun.RunAsync(
        new DemoOptions
        {
            For = parsed.GetValue(For),
            Rate = parsed.GetValue(Rate),
            Faults = faults,
        },
        new DemoViewOptions(parsed.GetValue(Json), parsed.GetValue(Plain), parsed.GetValue(Interval) ?? TimeSpan.FromSeconds(2)),
        parsed.GetValue(Api),
        ct);

    private static ScheduledFault? Fault(string argument) =>
        argument.Split('@') is [var side, var time] && Amount.TryDuration(time, out var at)
            ? side switch
            {
                "source" => new ScheduledFault(DemoSide.Source, at),
                "target" => new ScheduledFault(DemoSide.Target, at),
                _ => null,
            }
            : null;
}
