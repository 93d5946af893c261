namespace Heliostat.Simulation.Schedules;

/// <summary>Everything that a seed decides of a run before it begins.</summary>
internal sealed record Schedule
{
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    public required int Seed { get; init; }

    public required MirrorWay Way { get; init; }

    public required int Brokers { get; init; }

    public required int Partitions { get; init; }

    /// <summary>How long records are written.</summary>
    public required TimeSpan Load { get; init; }

    /// <summary>The longest that a message is usually under way.</summary>
    public required TimeSpan Latency { get; init; }

    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>The schedule of a seed.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="way">Decides that instead of the seed.</param>
    public static Schedule Of(int seed, MirrorWay? way = null)
    {
        var random = new Random(seed);
        var load = TimeSpan.FromSeconds(random.Next(3, 20));
        return new Schedule
        {
            Seed = seed,
            Way = random.Next(Enum.GetValues<MirrorWay>().Length) is var drawn && way is { } wanted ? wanted : (MirrorWay)drawn,
            Brokers = random.Next(1, 4),
            Partitions = random.Next(1, 5),
            Load = load,
            Latency = TimeSpan.FromMilliseconds(random.Next(3) switch { 0 => 1, 1 => 10, _ => 80 }),
            Faults = [.. Enumerable.Range(0, random.Next(0, 13)).Select(_ => Draw(random, load)).OrderBy(fault => fault.At)],
        };
    }

    /// <summary>The same without some of its faults.</summary>
    public Schedule With(IEnumerable<Fault> faults) => this with { Faults = [.. faults] };

    private static Fault Draw(Random random, TimeSpan load) => new(
        TimeSpan.FromMilliseconds(random.Next((int)load.TotalMilliseconds)),
        Kinds[random.Next(Kinds.Length)],
        random.Next(2) == 0,
        TimeSpan.FromMilliseconds(random.Next(3) switch { 0 => random.Next(1, 200), 1 => random.Next(200, 3000), _ => random.Next(3000, 15_000) }),
        random.Next(1 << 16));
}
