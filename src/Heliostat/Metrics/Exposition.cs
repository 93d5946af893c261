namespace Heliostat.Metrics;

/// <summary>The two text formats that Prometheus reads.</summary>
internal enum Exposition
{
    /// <summary>Text 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}
