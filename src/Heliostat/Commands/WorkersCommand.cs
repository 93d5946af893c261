using System.CommandLine;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Ownership;
using Heliostat.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary>
/// <c>heliostat workers</c>, <c>drain</c>, <c>move</c> and <c>rebalance</c>: which processes share the flows of a file, and who of them is
/// to have what. Said in the state topic of the flow, from any machine.
/// </summary>
internal static class WorkersCommand
{
    private static readonly Argument<string> Worker = new("WORKER")
    {
        Description = "A worker, as 'heliostat workers' names it: HOST/PROCESS",
    };

    private static readonly Option<bool> Undo = new("--undo") { Description = "It takes part again" };

    private static readonly Option<int[]> Slot = new("--slot")
    {
        Description = "These slots",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "N",
    };

    private static readonly Option<string> Topic = new("--topic")
    {
        Description = "The slot of a partition of this topic, by its name on the source: with all other partitions in it",
        HelpName = "TOPIC",
    };

    private static readonly Option<int?> Partition = new("--partition")
    {
        Description = "The partition",
        CustomParser = result => Amount.Whole(result),
        HelpName = "N",
    };

    public static Command CreateWorkers() => Create(
        "workers", "Show the processes that share the flows of a file, and the slots that each has.", [],
        static async (shares, _, ct) => Show(shares, await shares.WorkersAsync(ct)));

    public static Command CreateDrain() => Create(
        "drain", "Let a worker have nothing from now on: others take its slots over, and it stays ready.",
        [Worker, Undo, SteerCommand.DryRun], DrainAsync);

    public static Command CreateMove() => Create(
        "move", "Let a worker have certain slots from now on, while it is there.",
        [Worker, Slot, Topic, Partition, SteerCommand.DryRun], MoveAsync);

    public static Command CreateRebalance() => Create(
        "rebalance", "Level the loads of the workers now, and forget which slots were moved by hand.",
        [SteerCommand.DryRun], RebalanceAsync);

    private static Command Create(string name, string description, Symbol[] more, Act act)
    {
        var command = new Command(name, description) { FlowFile.FileName, FlowFile.Flow, FlowFile.Clusters };
        foreach (var argument in more.OfType<Argument>())
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in more.OfType<Option>())
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, ct) => FlowFile.WithFlowsAsync(parsed, parsed.GetValue(FlowFile.FileName)!,
            flows => RunAsync(parsed, flows, act, ct)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IReadOnlyList<FlowOptions> chosen, Act act, CancellationToken ct)
    {
        var done = 0;
        foreach (var flow in chosen)
        {
            await using var shares = new FlowShares(flow, TimeProvider.System, NullLoggerFactory.Instance);
            var (said, refusal) = await act(shares, parsed, ct);
            if (refusal is not null)
            {
                Terminal.Error.WriteLine($"heliostat: {flow.Name}: {refusal}");
                continue;
            }

            Say(flow.Name, said!);
            done++;
        }

        return done == 0 ? ExitCode.Usage : ExitCode.Success;
    }

    private static void Say(FlowName flow, string said)
    {
        foreach (var line in said.Split('\n'))
        {
            Console.Out.WriteLine($"{flow}: {line}");
        }
    }

    private static (string? Said, string? Refusal) Show(FlowShares shares, IReadOnlyList<FlowWorker> workers) => workers.Count == 0
        ? (null, "no worker runs it now")
        : (string.Join('\n', workers.Select(worker =>
            $"{worker.Name} has {Part(worker, shares.Slots)}{(worker.IsDrained ? "; drained" : "")}")), null);

    private static string Part(FlowWorker worker, int slots) =>
        $"{worker.Slots.Count} of {slots} slots{Listed(worker.Slots)}{(worker.HasControl ? ", topics and heartbeats" : "")}";

    /// <summary>What is said of it, or why it is not done.</summary>
    private delegate Task<(string? Said, string? Refusal)> Act(FlowShares shares, ParseResult parsed, CancellationToken ct);

    private static string Listed(IReadOnlyList<int> slots) => slots.Count == 0 ? "" : $" ({string.Join(' ', slots)})";

    private static async Task<(string? Said, string? Refusal)> RebalanceAsync(
        FlowShares shares, ParseResult parsed, CancellationToken ct)
    {
        var isDry = parsed.GetValue(SteerCommand.DryRun);
        return (isDry ? "would be levelled" : "is levelled within seconds: see heliostat workers", await shares.RebalanceAsync(isDry, ct));
    }

    private static async Task<(string? Said, string? Refusal)> DrainAsync(FlowShares shares, ParseResult parsed, CancellationToken ct)
    {
        var (name, undo, isDry) = (parsed.GetValue(Worker)!, parsed.GetValue(Undo), parsed.GetValue(SteerCommand.DryRun));
        var refusal = await shares.DrainAsync(name, !undo, isDry, ct);
        return (undo ? $"{name} {Said(isDry, "take", "takes")} part again"
            : $"{name} {Said(isDry, "give", "gives")} all up, and gets nothing more", refusal);
    }

    private static string Said(bool isDry, string would, string does) => isDry ? $"would {would}" : does;

    private static async Task<(string? Said, string? Refusal)> MoveAsync(FlowShares shares, ParseResult parsed, CancellationToken ct)
    {
        var (name, isDry) = (parsed.GetValue(Worker)!, parsed.GetValue(SteerCommand.DryRun));
        TopicPartition? lane = parsed.GetValue(Topic) is { } topic && parsed.GetValue(Partition) is { } partition
            ? new(topic, partition) : null;
        var move = await shares.MoveAsync(name, parsed.GetValue(Slot) ?? [], lane, isDry, ct);
        return ($"slots that {(isDry ? "would move" : "move")} to {name}: {string.Join(' ', move.Slots)}", move.Refusal);
    }
}
