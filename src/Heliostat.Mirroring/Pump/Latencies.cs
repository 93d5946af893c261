namespace Heliostat.Mirroring.Pump;

/// <summary>How long things took since the process started, as a histogram.</summary>
/// <param name="Counts">How many took no longer than the bound of the same place (<see cref="BoundsSeconds"/>) and longer than the one
/// before; the last ones took longer than all bounds.</param>
/// <param name="SumSeconds">All of them together.</param>
public sealed record Latencies(IReadOnlyList<long> Counts, double SumSeconds)
{
    /// <summary>The upper bounds of the buckets, in seconds.</summary>
    public static IReadOnlyList<double> BoundsSeconds { get; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        30, 60, 300, 3600];

    /// <summary>Nothing was counted yet.</summary>
    public static Latencies None { get; } = new(new long[BoundsSeconds.Count + 1], 0);
}
