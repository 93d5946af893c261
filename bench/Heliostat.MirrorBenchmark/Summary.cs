using System.Globalization;

namespace Heliostat.MirrorBenchmark;

/// <summary>Medians and spread over the runs of each mirror, and of pairs of runs.</summary>
internal static class Summary
{
    public static IEnumerable<string> Of(IEnumerable<Measurement> measurements)
    {
        yield return "| codec | mirror | runs | records/s: median | least | most | CPU s/GB: median | least | most |";
        yield return "|---|---|---:|---:|---:|---:|---:|---:|---:|";
        foreach (var runs in measurements.GroupBy(run => (run.Codec, run.Title)))
        {
            double[] rates = [.. runs.Select(run => run.RecordsPerSecond).Order()];
            double[] costs = [.. runs.Select(run => run.CpuSecondsPerGigabyte).Order()];
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {runs.Key.Codec} | {runs.Key.Title} | {rates.Length} | {Median(rates):0} | {rates[0]:0} | {rates[^1]:0} | "
                    + $"{Median(costs):0.00} | {costs[0]:0.00} | {costs[^1]:0.00} |");
        }
    }

    /// <summary>
    /// What looking costs: each run with viewers over the run without of the same repetition. Nothing where not both were measured.
    /// </summary>
    public static IEnumerable<string> OfPairs(IReadOnlyList<Measurement> measurements)
    {
        var pairs = from looked in measurements.Where(run => run.Viewers > 0).GroupBy(run => (run.Codec, run.Mirror, run.Title))
                    let alone = measurements
                        .Where(run => run.Viewers == 0 && (run.Codec, run.Mirror) == (looked.Key.Codec, looked.Key.Mirror))
                    where alone.Any()
                    select (looked.Key, Pairs: looked.Zip(alone).ToList());
        foreach (var (key, runs) in pairs)
        {
            yield return "";
            yield return "| codec | mirror, over the same with nobody | pairs | records/s: median | least | most "
                + "| CPU s/GB: median | least | most |";
            yield return "|---|---|---:|---:|---:|---:|---:|---:|---:|";
            double[] rates = [.. runs.Select(pair => pair.First.RecordsPerSecond / pair.Second.RecordsPerSecond).Order()];
            double[] costs = [.. runs.Select(pair => pair.First.CpuSecondsPerGigabyte / pair.Second.CpuSecondsPerGigabyte).Order()];
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {key.Codec} | {key.Title} | {rates.Length} | {Median(rates):0.000} | {rates[0]:0.000} | {rates[^1]:0.000} | "
                    + $"{Median(costs):0.000} | {costs[0]:0.000} | {costs[^1]:0.000} |");
        }
    }

    private static double Median(double[] ordered) => (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
}
