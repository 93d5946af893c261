namespace Heliostat.Mirroring.Pump;

/// <summary>Counts how long things took, in buckets. Thread-safe, and allocates nothing.</summary>
internal sealed class LatencyCounts
{
    private static readonly long[] Bounds = [.. Latencies.BoundsSeconds.Select(seconds => (long)(seconds * TimeSpan.TicksPerSecond))];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _ticks;

    /// <summary><paramref name="count"/> things took so long; less than nothing, as clocks may say, is taken for nothing.</summary>
    public void Add(TimeSpan took, long count)
    {
        var ticks = Math.Max(0, took.Ticks);
        var bucket = 0;
        while (bucket < Bounds.Length && ticks > Bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Add(ref _counts[bucket], count);
        Interlocked.Add(ref _ticks, ticks * count);
    }

    public Latencies Now()
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Volatile.Read(ref _counts[i]);
        }

        return new Latencies(counts, Volatile.Read(ref _ticks) / (double)TimeSpan.TicksPerSecond);
    }
}
