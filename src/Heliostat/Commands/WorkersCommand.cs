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
        static (shares, workers, _, _) => Task.FromResult(Show(shares, workers)));

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
            var workers = await shares.WorkersAsync(ct);
            if (workers.Count == 0)
            {
                Terminal.Error.WriteLine($"heliostat: {flow.Name}: no worker runs it now");
                continue;
            }

            if (await act(shares, workers, parsed, ct) is { } said)
            {
                Say(flow.Name, said);
                done++;
            }
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

    private static string? Show(FlowShares shares, IReadOnlyList<FlowWorker> workers) => string.Join('\n', workers.Select(worker =>
        $"{worker.Name} has {Part(worker, shares.Slots)}{(worker.IsDrained ? "; drained" : "")}"));

    private static string Part(FlowWorker worker, int slots) =>
        $"{worker.Slots.Count} of {slots} slots{Listed(worker.Slots)}{(worker.HasControl ? ", topics and heartbeats" : "")}";

    private delegate Task<string?> Act(FlowShares shares, IReadOnlyList<FlowWorker> workers, ParseResult parsed, CancellationToken ct);

    private static string Listed(IReadOnlyList<int> slots) => slots.Count == 0 ? "" : $" ({string.Join(' ', slots)})";

    private static async Task<string?> RebalanceAsync(
        FlowShares shares, IReadOnlyList<FlowWorker> workers, ParseResult parsed, CancellationToken ct)
    {
        if (parsed.GetValue(SteerCommand.DryRun)) return "would be levelled";

        await shares.RebalanceAsync(ct);
        return "is levelled within seconds: see heliostat workers";
    }

    private static async Task<string?> DrainAsync(
        FlowShares shares, IReadOnlyList<FlowWorker> workers, ParseResult parsed, CancellationToken ct)
    {
        var (name, undo, isDry) = (parsed.GetValue(Worker)!, parsed.GetValue(Undo), parsed.GetValue(SteerCommand.DryRun));
        if (!undo && !IsThere(workers, name)) return null;

        if (!undo && workers.All(worker => worker.Name == name || worker.IsDrained))
        {
            Terminal.Error.WriteLine($"heliostat: {name} is the only one: nobody else could take over what it has");
            return null;
        }

        if (!isDry)
        {
            await shares.DrainAsync(name, !undo, ct);
        }

        return undo ? $"{name} {Said(isDry, "take", "takes")} part again"
            : $"{name} {Said(isDry, "give", "gives")} all up, and gets nothing more";
    }

    private static string Said(bool isDry, string would, string does) => isDry ? $"would {would}" : does;

    private static async Task<string?> MoveAsync(
        FlowShares shares, IReadOnlyList<FlowWorker> workers, ParseResult parsed, CancellationToken ct)
    {
        var (name, isDry) = (parsed.GetValue(Worker)!, parsed.GetValue(SteerCommand.DryRun));
        if (!IsThere(workers, name) || Slots(shares, parsed) is not { } slots) return null;

        if (!isDry)
        {
            await shares.MoveAsync(slots, name, ct);
        }

        return $"slots that {(isDry ? "would move" : "move")} to {name}: {string.Join(' ', slots)}";
    }

    /// <summary>Those that are meant; null, and said, where they cannot be.</summary>
    private static int[]? Slots(FlowShares shares, ParseResult parsed)
    {
        List<int> slots = [.. parsed.GetValue(Slot) ?? []];
        if (parsed.GetValue(Topic) is { } topic && parsed.GetValue(Partition) is { } partition)
        {
            slots.Add(shares.SlotOf(topic, partition));
        }

        var are = slots.Count > 0 && slots.TrueForAll(slot => slot >= 0 && slot < shares.Slots);
        if (are) return [.. slots.Distinct().Order()];

        Terminal.Error.WriteLine($"heliostat: name slots of 0 to {shares.Slots - 1} (--slot), or a partition (--topic, --partition)");
        return null;
    }

    private static bool IsThere(IReadOnlyList<FlowWorker> workers, string name)
    {
        if (workers.Any(worker => worker.Name == name)) return true;

        Terminal.Error.WriteLine($"heliostat: there is no worker '{name}': {string.Join(", ", workers.Select(worker => worker.Name))}");
        return false;
    }
}
