namespace Heliostat.Metrics;

/// <summary>What a metric's numbers mean.</summary>
internal enum MetricKind
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only grows while the process runs; its name ends in <c>_total</c>.</summary>
    Counter,

    /// <summary>A histogram: how many were no larger than each bound since the process started.</summary>
    Histogram,

    /// <summary>Always 1: what it says is in its labels. Its name ends in <c>_info</c>.</summary>
    Fact,
}
