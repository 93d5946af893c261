using System.Globalization;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests;

/// <summary>Randomness that can be repeated: HELIOSTAT_SEED sets what the last run printed.</summary>
internal static class Seed
{
    public static Random New(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("HELIOSTAT_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {seed} (HELIOSTAT_SEED sets another)");
        return new Random(seed);
    }
}
