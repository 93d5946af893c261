using System.Globalization;
using Xunit.Abstractions;

namespace Heliostat.Testing;

/// <summary>Randomness that can be repeated: a test tells its seed, and HELIOSTAT_SEED sets it.</summary>
public static class Seed
{
    /// <summary>Room above a seed for tests that count on from it.</summary>
    private const int Room = 1_000_000;

    /// <summary>The seed, for a test whose failure names it.</summary>
    public static int Next() =>
        int.TryParse(Environment.GetEnvironmentVariable("HELIOSTAT_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(int.MaxValue - Room);

    /// <summary>The seed, printed.</summary>
    public static int Next(ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var seed = Next();
        output.WriteLine($"seed {seed} (HELIOSTAT_SEED sets another)");
        return seed;
    }

    /// <summary>Random numbers from a seed that is printed.</summary>
    public static Random New(ITestOutputHelper output) => new(Next(output));
}
