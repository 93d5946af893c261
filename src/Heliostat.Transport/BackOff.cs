namespace Heliostat.Transport;

/// <summary>The wait before the next attempt: doubles with each failure up to a cap, give or take a jitter (KIP-580).</summary>
public sealed class BackOff(TimeSpan initial, TimeSpan max, double jitter = 0.2, Random? random = null)
{
    private const int MostDoublings = 30;

    private readonly Random _random = random ?? Random.Shared;

    /// <summary>The wait after <paramref name="failures"/> failures in a row; zero after none. The jitter may pass the cap, as in Kafka's clients.</summary>
    public TimeSpan Next(int failures)
    {
        if (failures <= 0)
        {
            return TimeSpan.Zero;
        }

        var doublings = Math.Min(failures - 1, MostDoublings);
        var wait = Math.Min(initial.Ticks * Math.Pow(2, doublings), max.Ticks);
        return TimeSpan.FromTicks((long)(wait * (1 + jitter * (2 * _random.NextDouble() - 1))));
    }
}
