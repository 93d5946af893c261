namespace Heliostat.Simulation.Schedules;

/// <summary>Everything that a seed decides of a run before it begins.</summary>
internal sealed record Schedule
{
    /// <summary>Beyond what any session lasts, so that a worker that comes to itself finds its lanes with others.</summary>
    private const int LongestFreeze = 40_000;

    private const int MostPartitionsOfWorkers = 7;

    private static readonly FaultKind[] Kinds = [.. Enum.GetValues<FaultKind>().TakeWhile(kind => kind <= FaultKind.DeleteTopic)];

    private static readonly FaultKind[] KindsOfWorkers =
    [
        FaultKind.KillMirror, FaultKind.KillMirror, FaultKind.RestartMirror, FaultKind.FreezeWorker, FaultKind.FreezeWorker,
        FaultKind.IsolateWorker, FaultKind.JoinWorker,
    ];

    public required int Seed { get; init; }

    public required MirrorWay Way { get; init; }

    public required int Brokers { get; init; }

    public required int Partitions { get; init; }

    /// <summary>How long records are written.</summary>
    public required TimeSpan Load { get; init; }

    /// <summary>The longest that a message is usually under way.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>How far followers are behind at most; zero: they have everything at once.</summary>
    public required TimeSpan ReplicationDelay { get; init; }

    /// <summary>How many replicas have to be in sync for a Produce.</summary>
    public required int MinInsync { get; init; }

    /// <summary>Whether some records are written in transactions.</summary>
    public required bool HasTransactions { get; init; }

    /// <summary>Whether the mirror leaves out what did not commit.</summary>
    public required bool ReadsCommitted { get; init; }

    /// <summary>Whether lanes go on by themselves after a loss, where a policy can say so; else they halt.</summary>
    public required bool GoesOn { get; init; }

    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>How many processes run the flow at the start.</summary>
    public int Workers { get; init; } = 1;

    /// <summary><c>tasks.max</c>: in how many parts the workers share it.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Several processes run the flow.</summary>
    public bool IsShared => Workers > 1;

    /// <summary>The schedule of a seed in which two to five workers share the flow.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="way">Decides that instead of the seed.</param>
    public static Schedule OfWorkers(int seed, MirrorWay? way = null)
    {
        var random = new Random(seed ^ 0x5a4e);
        var alone = Of(seed, way ?? (random.Next(5) == 0 ? MirrorWay.Transaction : MirrorWay.Topic));
        var load = alone.Load + TimeSpan.FromSeconds(random.Next(0, 15));
        return alone with
        {
            Workers = random.Next(2, 5),
            Slots = random.Next(3) switch { 0 => 2, 1 => 8, _ => 32 },
            Partitions = random.Next(1, MostPartitionsOfWorkers),
            Load = load,
            Faults = [.. alone.Faults.Where(_ => random.Next(2) == 0)
                .Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => OfWorker(random, load))).OrderBy(fault => fault.At)],
        };
    }

    /// <summary>The schedule of a seed.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="way">Decides that instead of the seed.</param>
    public static Schedule Of(int seed, MirrorWay? way = null)
    {
        var random = new Random(seed);
        var load = TimeSpan.FromSeconds(random.Next(3, 20));
        var drawn = (MirrorWay)random.Next(Enum.GetValues<MirrorWay>().Length);
        var brokers = random.Next(1, 4);

        // In most runs nothing that was acknowledged is lost: there the mirror has no excuse.
        var kinds = random.Next(5) < 3 ? Kinds[..(int)FaultKind.CutLog] : Kinds;
        return new Schedule
        {
            Seed = seed,
            Way = way ?? drawn,
            Brokers = brokers,
            Partitions = random.Next(1, 5),
            Load = load,
            Latency = TimeSpan.FromMilliseconds(random.Next(3) switch { 0 => 1, 1 => 10, _ => 80 }),
            ReplicationDelay = TimeSpan.FromMilliseconds(brokers == 1 ? 0 : random.Next(3) switch { 0 => 0, 1 => 20, _ => 400 }),
            MinInsync = random.Next(1, brokers + 1),
            HasTransactions = random.Next(2) == 0,
            ReadsCommitted = random.Next(3) != 0,
            GoesOn = random.Next(3) != 0,
            Faults = [.. Enumerable.Range(0, random.Next(0, 13)).Select(_ => Draw(random, kinds, load)).OrderBy(fault => fault.At)],
        };
    }

    /// <summary>The same without some of its faults.</summary>
    public Schedule With(IEnumerable<Fault> faults) => this with { Faults = [.. faults] };

    private static Fault OfWorker(Random random, TimeSpan load)
    {
        var drawn = Draw(random, KindsOfWorkers, load);
        return drawn.Kind == FaultKind.FreezeWorker && random.Next(2) == 0
            ? drawn with { For = TimeSpan.FromMilliseconds(random.Next(LongestFreeze)) }
            : drawn;
    }

    private static Fault Draw(Random random, FaultKind[] kinds, TimeSpan load) => new(
        TimeSpan.FromMilliseconds(random.Next((int)load.TotalMilliseconds)),
        kinds[random.Next(kinds.Length)],
        random.Next(2) == 0,
        TimeSpan.FromMilliseconds(random.Next(3) switch
        {
            0 => random.Next(1, 200),
            1 => random.Next(200, 3000),
            _ => random.Next(3000, 15_000)
        }),
        random.Next(1 << 16));
}
