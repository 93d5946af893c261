using System.Globalization;

namespace Heliostat.MirrorBenchmark;

/// <summary>Medians and spread over the runs of each mirror.</summary>
internal static class Summary
{
    public static IEnumerable<string> Of(IEnumerable<Measurement> measurements)
    {
        yield return "| codec | mirror | runs | records/s: median | least | most | CPU s/GB: median | least | most |";
        yield return "|---|---|---:|---:|---:|---:|---:|---:|---:|";
        foreach (var runs in measurements.GroupBy(run => (run.Codec, run.Mirror)))
        {
            double[] rates = [.. runs.Select(run => run.RecordsPerSecond).Order()];
            double[] costs = [.. runs.Select(run => run.CpuSecondsPerGigabyte).Order()];
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {runs.Key.Codec} | {runs.Key.Mirror} | {rates.Length} | {Median(rates):0} | {rates[0]:0} | {rates[^1]:0} | "
                    + $"{Median(costs):0.00} | {costs[0]:0.00} | {costs[^1]:0.00} |");
        }
    }

    private static double Median(double[] ordered) => (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
}
