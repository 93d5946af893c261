namespace Heliostat.Transport;

/// <summary>The wait before the next attempt: doubles with each failure up to a cap, give or take a jitter (KIP-580).</summary>
/// <param name="initial">The wait after the first failure.</param>
/// <param name="max">The longest wait.</param>
/// <param name="random">Where the jitter comes from; null: there is none.</param>
/// <param name="jitter">The share of the wait that chance adds or takes.</param>
public sealed class BackOff(TimeSpan initial, TimeSpan max, Random? random, double jitter = 0.2)
{
    private const int MostDoublings = 30;

    /// <summary>
    /// The wait after <paramref name="failures"/> failures in a row; zero after none. The jitter may pass the cap, as in Kafka's clients.
    /// </summary>
    public TimeSpan Next(int failures)
    {
        if (failures <= 0)
        {
            return TimeSpan.Zero;
        }

        var doublings = Math.Min(failures - 1, MostDoublings);
        var wait = Math.Min(initial.Ticks * Math.Pow(2, doublings), max.Ticks);
        var share = random is null ? 0 : jitter * (2 * random.NextDouble() - 1);
        return TimeSpan.FromTicks((long)(wait * (1 + share)));
    }
}
