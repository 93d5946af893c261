namespace Heliostat.Metrics;

/// <summary>Which text format a scraper wants.</summary>
internal static class ExpositionFormats
{
    private const string OpenMetrics = "application/openmetrics-text";

    /// <summary>OpenMetrics where the <c>Accept</c> header names it.</summary>
    public static Exposition Asked(string? accept) =>
        accept?.Contains(OpenMetrics, StringComparison.OrdinalIgnoreCase) is true ? Exposition.OpenMetrics : Exposition.Text;

    public static string ContentType(this Exposition format) =>
        format == Exposition.OpenMetrics ? OpenMetrics + "; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
}
